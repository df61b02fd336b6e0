#include "control/apply/ask_live.hpp"

#include <algorithm>

#include "control/handlers/connection_draft.hpp"
#include "control/handlers/segment_draft.hpp"
#include "control/handlers/segment_edit.hpp"
#include "inspect/columns.hpp"

namespace audienced::control {
namespace {

void note_problem(ApplyPlan& plan, const std::string& noun, const std::string& name, Error error) {
    plan.problems.push_back({noun + ":" + name, std::move(error)});
}

/// Errors: those of check_allowed() and of the live account.
awaitable<result<void>> ask_account(Context& context, const ApplyPlan& plan, Draft& draft) {
    const std::string& name = draft.connection.name;
    const auto stored = plan.stored.connections.find(name);
    const model::Connection before =
        stored == plan.stored.connections.end() ? model::Connection() : stored->second;
    auto allowed = co_await check_allowed(context, before, draft.connection);
    if (!allowed) co_return allowed;
    const bool is_new = stored == plan.stored.connections.end();
    const bool oauth = draft.connection.auth == model::AuthKind::oauth;
    const bool ready = draft.connection.state == model::ConnectionState::ready;
    // As `connection add` and `connection edit`: an application is proved by signing in.
    if (oauth ? is_new || !draft.sign_in_changed || !ready : !is_new && !draft.sign_in_changed)
        co_return result<void>();
    auto account = co_await prove(context, draft);
    if (!account) co_return account.error();
    co_return result<void>();
}

run::DraftsPtr drafts_of(const ApplyPlan& plan) {
    auto out = std::make_shared<run::Drafts>();
    for (const auto& [name, one] : plan.wanted.sources) {
        if (!plan.is_new_or_edited("source", name)) continue;
        out->sources[name] = one.source;
        for (const auto& [key, secret] : one.secrets) out->source_secrets[name].insert_or_assign(key, secret);
    }
    for (const auto& [name, one] : plan.wanted.segments)
        if (plan.is_new_or_edited("segment", name)) out->segments[name] = one;
    for (const auto& [name, one] : plan.wanted.connections)
        if (plan.is_new_or_edited("connection", name)) {
            out->connections[name] = one.connection;
            out->credentials[name] = one.credentials;
        }
    return out;
}

bool other_rows(const Change& change) {
    for (const char* key : {"source", "query", "table", "file", "entity"})
        if (change.has(key)) return true;
    return false;
}

std::vector<const model::Export*> users_of(const ApplyPlan& plan, const std::string& segment) {
    auto out = plan.exports();
    std::erase_if(out, [&](const model::Export* e) {
        return std::find(e->segments.begin(), e->segments.end(), segment) == e->segments.end();
    });
    return out;
}

/// As `segment add` and `segment edit`; the exports that use it and change themselves are checked as a whole.
awaitable<void> ask_source(Context& context, ApplyPlan& plan, const model::Segment& segment,
                           run::DraftsPtr drafts, std::vector<Note>& notes) {
    model::Segment copy = segment;
    auto described = co_await context.live->describe_draft_segment(std::move(copy), drafts);
    std::vector<model::Export> users;
    for (const model::Export* e : users_of(plan, segment.name)) users.push_back(*e);
    if (!described) {
        const bool refuses = is_mistake(described.error(), segment) ||
                             described.error().code == Errc::cancelled || !users.empty();
        if (refuses) note_problem(plan, "segment", segment.name, described.error());
        if (!refuses) notes.push_back({"segment:" + segment.name, described.error().text()});
        co_return;
    }
    std::erase_if(users, [&](const model::Export& e) { return plan.is_new_or_edited("export", e.name); });
    auto fits = inspect::check_users(segment.name, described->columns, users);
    if (!fits) note_problem(plan, "segment", segment.name, fits.error());
}

void note_title(const ApplyPlan& plan, const model::Segment& segment, std::vector<Note>& notes) {
    const auto before = plan.stored.segments.find(segment.name);
    if (before == plan.stored.segments.end() || users_of(plan, segment.name).empty()) return;
    if (auto note = note_of_title(before->second.title, segment.title))
        notes.push_back({"segment:" + segment.name, std::move(*note)});
}

inspect::Scope scope_of(const ApplyPlan& plan, const model::Export& e) {
    const auto before = plan.stored.exports.find(e.name);
    inspect::Scope out;
    if (before != plan.stored.exports.end()) out = inspect::touched(before->second, e);
    for (const std::string& name : e.segments)
        if (const Change* change = plan.change_of("segment", name)) {
            out.source = out.source || other_rows(*change);
            out.destination = out.destination || change->has("title");
        }
    return out;
}

/// As `export add`, `edit` and `attach`.
awaitable<void> ask_both(Context& context, ApplyPlan& plan, const model::Export& e, run::DraftsPtr drafts,
                         std::vector<Note>& notes) {
    inspect::Scope scope = scope_of(plan, e);
    if (e.connection.empty() && scope.destination) {
        note_problem(plan, "export", e.name,
                     make_error(Errc::wrong_state, "this export is detached, so the change cannot be checked",
                                "give it a connection"));
        co_return;
    }
    if (!scope.source && !scope.destination) co_return;
    model::Export copy = e;
    auto check = co_await context.live->check_draft_export(std::move(copy), scope, drafts);
    if (!check) {
        note_problem(plan, "export", e.name, check.error());
        co_return;
    }
    if (!check->problems.empty()) note_problem(plan, "export", e.name, check->problems.front());
    for (std::string& warning : check->warnings) notes.push_back({"export:" + e.name, std::move(warning)});
}

}  // namespace

awaitable<std::vector<Note>> ask_live(Context& context, ApplyPlan& plan) {
    std::vector<Note> notes;
    for (auto& [name, draft] : plan.wanted.connections) {
        if (!plan.is_new_or_edited("connection", name)) continue;
        auto good = co_await ask_account(context, plan, draft);
        if (!good) note_problem(plan, "connection", name, good.error());
    }
    const run::DraftsPtr drafts = drafts_of(plan);
    for (const auto& [name, segment] : plan.wanted.segments) {
        const Change* change = plan.change_of("segment", name);
        if (change && other_rows(*change)) co_await ask_source(context, plan, segment, drafts, notes);
        if (change) note_title(plan, segment, notes);
    }
    // What hangs on a connection or a segment that is wrong would only say so once more.
    if (!plan.problems.empty()) co_return notes;
    for (const auto& [name, wanted] : plan.wanted.exports)
        if (plan.is_new_or_edited("export", name))
            co_await ask_both(context, plan, wanted.definition, drafts, notes);
    co_return notes;
}

}  // namespace audienced::control
