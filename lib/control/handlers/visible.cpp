#include "control/handlers/visible.hpp"

#include <algorithm>

#include "store/definitions.hpp"
#include "store/runs.hpp"

namespace audienced::control {
namespace {

bool sees_all(const Caller& caller) noexcept {
    return caller.role == Role::administrator || caller.role == Role::viewer;
}

/// Viewers get no further than the names of what exports feed.
result<std::set<std::string>> usable_connections(store::Database& db, const Caller& caller) {
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    std::set<std::string> out;
    for (const auto& one : *connections)
        if (may_use(caller, one)) out.insert(one.name);
    return out;
}

}  // namespace

bool Visible::has_run(const model::Run& run) const {
    if (all) return true;
    const auto it = exports.find(run.export_name);
    return it != exports.end() && run.queued_at >= it->second;
}

bool sees_run_of(const Caller& caller, const model::Export& e, const model::Run& run) noexcept {
    return sees_all(caller) || run.queued_at >= e.created_at;
}

result<Visible> visible_to(store::Database& db, const Caller& caller) {
    Visible out;
    out.all = sees_all(caller);
    if (out.all) return out;
    auto connections = usable_connections(db, caller);
    if (!connections) return connections.error();
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    std::set<std::string> fed_by_others;
    for (const auto& one : *exports) {
        const bool usable = connections->contains(one.connection);
        if (usable) out.exports.emplace(one.name, one.created_at);
        (usable ? out.segments : fed_by_others).insert(one.segments.begin(), one.segments.end());
    }
    if (connections->empty()) return out;
    auto segments = store::list_segments(db);
    if (!segments) return segments.error();
    for (const auto& one : *segments)
        if (!fed_by_others.contains(one.name)) out.segments.insert(one.name);
    return out;
}

result<model::Run> visible_run(store::Database& db, const Caller& caller, model::RunId id) {
    auto run = store::get_run(db, id);
    if (sees_all(caller)) return run;
    if (!run && run.error().code != Errc::not_found) return run;
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    if (!run || !visible->has_run(*run)) return not_yours(caller, "run", std::to_string(id));
    return run;
}

result<void> check_sees_export(store::Database& db, const Caller& caller, const std::string& name) {
    if (sees_all(caller)) return {};
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    if (!visible->has_export(name)) return not_yours(caller, "export", name);
    return {};
}

result<void> check_sees_segment(store::Database& db, const Caller& caller, const std::string& name) {
    if (sees_all(caller)) return {};
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    if (!visible->has_segment(name)) return not_yours(caller, "segment", name);
    return {};
}

result<std::vector<model::Run>> visible_runs(store::Database& db, const Caller& caller,
                                             const std::optional<std::string>& of, std::size_t limit) {
    if (sees_all(caller)) {
        // A name that never existed is a typing error; a removed export still has its runs.
        auto runs = store::list_runs(db, of, limit);
        if (!runs || !of || !runs->empty()) return runs;
        if (auto there = store::get_export(db, *of); !there) return there.error();
        return runs;
    }
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    if (of && !visible->has_export(*of)) return not_yours(caller, "export", *of);
    std::vector<model::Run> out;
    for (const auto& [name, added] : visible->exports) {
        if (of && name != *of) continue;
        auto runs = store::list_runs(db, name, limit);
        if (!runs) return runs;
        std::copy_if(runs->begin(), runs->end(), std::back_inserter(out),
                     [&](const model::Run& run) { return visible->has_run(run); });
    }
    std::sort(out.begin(), out.end(), [](const model::Run& a, const model::Run& b) { return a.id > b.id; });
    if (out.size() > limit) out.resize(limit);
    return out;
}

}  // namespace audienced::control
