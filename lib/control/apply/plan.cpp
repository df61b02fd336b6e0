#include "control/apply/plan.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/export_change.hpp"
#include "control/handlers/segment_draft.hpp"
#include "control/handlers/segment_edit.hpp"

namespace audienced::control {
namespace {

template <class Found, class Map>
const Found* stays(const Map& stored, std::string_view name, bool prune) {
    const auto at = stored.find(name);
    return prune || at == stored.end() ? nullptr : &at->second;
}

Error none_such(const std::string& noun, const std::string& name, bool prune) {
    return make_error(
        Errc::not_found, "there is no " + noun + " \"" + name + "\"",
        prune ? "with --prune only those of the file are left" : "neither the file nor the daemon has it");
}

result<void> check_segment_here(const ApplyPlan& plan, const model::Segment& segment, store::Database& db) {
    const model::Source* source = plan.source(segment.source);
    if (!source) return none_such("source", segment.source, plan.prune);
    if (auto good = check_segment(*source, segment); !good) return good;
    const Change* change = plan.change_of("segment", segment.name);
    if (!change || !change->has("title")) return {};
    std::vector<model::Export> users;
    for (const model::Export* e : plan.exports())
        if (std::find(e->segments.begin(), e->segments.end(), segment.name) != e->segments.end())
            users.push_back(*e);
    // Of new connections the check with the account tells.
    std::erase_if(users,
                  [&](const model::Export& e) { return !plan.stored.connections.contains(e.connection); });
    return check_tag_title(db, segment.title, users);
}

result<void> check_export_here(const ApplyPlan& plan, const WantedExport& wanted, store::Database& db) {
    const model::Export& e = wanted.definition;
    if (!e.connection.empty()) {
        const model::Connection* connection = plan.connection(e.connection);
        if (!connection) return none_such("connection", e.connection, plan.prune);
        if (auto fits = check_options(*connection, wanted.given); !fits) return fits;
    }
    for (const std::string& name : e.segments)
        if (!plan.segment(name)) return none_such("segment", name, plan.prune);
    const auto before = plan.stored.exports.find(e.name);
    return before == plan.stored.exports.end() ? result<void>() : check_place(db, before->second, e);
}

void check_all_here(ApplyPlan& plan, store::Database& db) {
    const auto note = [&](const std::string& noun, const std::string& name, const result<void>& good) {
        if (!good) plan.problems.push_back({noun + ":" + name, good.error()});
    };
    for (const auto& [name, segment] : plan.wanted.segments)
        note("segment", name, check_segment_here(plan, segment, db));
    for (const auto& [name, wanted] : plan.wanted.exports)
        note("export", name, check_export_here(plan, wanted, db));
}

}  // namespace

bool ApplyPlan::is_new_or_edited(const std::string& noun, const std::string& name) const {
    const Change* change = change_of(noun, name);
    return change && change->act != Change::Act::remove;
}

const Change* ApplyPlan::change_of(const std::string& noun, const std::string& name) const {
    const auto at = change_at.find(noun + ":" + name);
    return at == change_at.end() ? nullptr : &changes[at->second];
}

const model::Source* ApplyPlan::source(std::string_view name) const {
    const auto at = wanted.sources.find(name);
    return at != wanted.sources.end() ? &at->second.source
                                      : stays<model::Source>(stored.sources, name, prune);
}

const model::Segment* ApplyPlan::segment(std::string_view name) const {
    const auto at = wanted.segments.find(name);
    return at != wanted.segments.end() ? &at->second : stays<model::Segment>(stored.segments, name, prune);
}

const model::Connection* ApplyPlan::connection(std::string_view name) const {
    const auto at = wanted.connections.find(name);
    return at != wanted.connections.end() ? &at->second.connection
                                          : stays<model::Connection>(stored.connections, name, prune);
}

std::vector<const model::Export*> ApplyPlan::exports() const {
    std::vector<const model::Export*> out;
    for (const auto& [name, one] : wanted.exports) out.push_back(&one.definition);
    if (!prune)
        for (const auto& [name, one] : stored.exports)
            if (!wanted.exports.contains(name)) out.push_back(&one);
    return out;
}

result<ApplyPlan> plan_apply(store::Database& db, const vault::Vault& vault, const nlohmann::json& objects,
                             const ReadBy& by) {
    ApplyPlan plan;
    plan.prune = by.prune;
    auto stored = read_stored(db, vault);
    if (!stored) return stored.error();
    plan.stored = std::move(*stored);
    plan.wanted = read_wanted(objects, plan.stored, db, vault, by, plan.problems);
    // What could not be read would look as if the file lacked it.
    if (!plan.problems.empty()) return plan;
    const Shapes before = plan.stored.shapes(), after = plan.wanted.shapes();
    plan.changes = changes_between(before, after, plan.wanted.new_secrets, by.prune);
    for (std::size_t i = 0; i < plan.changes.size(); ++i) plan.change_at[plan.changes[i].object()] = i;
    plan.beyond = beyond(before, after);
    check_all_here(plan, db);
    return plan;
}

}  // namespace audienced::control
