// /v1/exports: looking at them, switching them on and off, removal. Adding and changing: export_change.cpp.
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/export_change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/export_withdraw.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/run_facts.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "model/destination_key.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/runs.hpp"
#include "store/undo_runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

result<json> in_full(store::Database& db, const Caller& caller, const model::Export& e, SysTime now) {
    auto next = next_run(db, e, now);
    json out = with_next_run(e, next ? *next : NextRun());
    out["provider"] = out["destination_name"] = nullptr;
    bool usable = caller.role == Role::administrator;
    if (!e.connection.empty()) {
        auto connection = store::get_connection(db, e.connection);
        if (!connection) return connection.error();
        out["provider"] = connection->provider;
        auto names = store::destination_names(db);
        if (!names) return names.error();
        const auto name = names->find(model::destination_key(*connection, e).text());
        if (name != names->end()) out["destination_name"] = name->second;
        usable = may_use(caller, *connection);
    }
    out["may_change"] = usable;
    auto withdrawal = store::withdrawal_of(db, e.name);
    if (!withdrawal) return withdrawal.error();
    out["withdrawn_by"] = *withdrawal ? json((**withdrawal).id) : json(nullptr);
    auto last = last_run_of(db, e.name);
    if (!last) return last.error();
    out["last_run"] =
        *last && sees_run_of(caller, e, **last) ? json_of(as_seen(caller, **last)) : json(nullptr);
    return out;
}

awaitable<result<Reply>> list_exports(Context& context, Request request) {
    const SysTime now = context.time->now();
    auto read = [&](store::Database& db, const vault::Vault&) -> result<json> {
        auto exports = store::list_exports(db);
        if (!exports) return exports.error();
        auto visible = visible_to(db, request.caller);
        if (!visible) return visible.error();
        json out = json::array();
        for (const auto& one : *exports) {
            if (!visible->has_export(one.name)) continue;
            auto full = in_full(db, request.caller, one, now);
            if (!full) return full;
            out.push_back(std::move(*full));
        }
        return out;
    };
    auto out = co_await look_up(context, std::move(read));
    if (!out) co_return out.error();
    co_return json_reply(*out);
}

awaitable<result<Reply>> show_export(Context& context, Request request) {
    const SysTime now = context.time->now();
    auto read = [&](store::Database& db, const vault::Vault&) -> result<json> {
        if (auto visible = check_sees_export(db, request.caller, request.argument(0)); !visible)
            return visible.error();
        auto found = store::get_export(db, request.argument(0));
        if (!found) return found.error();
        return in_full(db, request.caller, *found, now);
    };
    auto out = co_await look_up(context, std::move(read));
    if (!out) co_return out.error();
    co_return json_reply(*out);
}

awaitable<result<Reply>> switch_to(Context& context, Request request, bool enabled) {
    const std::string name = request.argument(0);
    const SysTime now = context.time->now();
    bool changed = false;
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        auto found = usable_export(db, request.caller, name);
        if (!found) return found.error();
        if (enabled)
            if (auto free = check_not_withdrawn(db, name); !free) return free.error();
        audit.before = print(json_of(*found));
        changed = found->enabled != enabled;
        found->enabled = enabled;
        if (changed) found->updated_at = now;
        audit.after = print(json_of(*found));
        if (changed)
            if (auto kept = store::update_export(db, *found); !kept) return kept.error();
        if (changed && enabled)
            if (auto begun = begin_schedule(db, *found, now); !begun) return begun.error();
        auto next = next_run(db, *found, now);
        return with_next_run(*found, next ? *next : NextRun());
    };
    const std::string action = enabled ? "export enable" : "export disable";
    auto out = co_await change(context, request.caller, action, name, std::move(write));
    if (!out) co_return out.error();
    if (changed && !enabled)
        context.live->revoke_export(name,
                                    make_error(Errc::wrong_state, "the export " + name + " was disabled",
                                               "audiencectl export enable " + name));
    context.live->schedules_changed();
    co_return json_reply(*out);
}

awaitable<result<Reply>> enable(Context& context, Request request) {
    return switch_to(context, std::move(request), true);
}
awaitable<result<Reply>> disable(Context& context, Request request) {
    return switch_to(context, std::move(request), false);
}

awaitable<result<Reply>> remove_export(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<void> {
        auto found = usable_export(db, request.caller, name);
        if (!found) return found.error();
        audit.before = print(json_of(*found));
        if (auto gone = store::remove_export(db, name); !gone) return gone;
        return store::forget_served(db, "export:" + name);
    };
    auto done = co_await change(context, request.caller, "export remove", name, std::move(write));
    if (!done) co_return done.error();
    context.live->revoke_export(name, make_error(Errc::wrong_state, "the export " + name + " was removed"));
    context.live->schedules_changed();
    json out;
    out["removed"] = name;
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> export_routes() {
    return {{"GET", "/v1/exports", Action::see_exports, list_exports},
            {"POST", "/v1/exports", Action::change_exports, add_export},
            {"GET", "/v1/exports/{}", Action::see_exports, show_export},
            {"PATCH", "/v1/exports/{}", Action::change_exports, edit_export},
            {"POST", "/v1/exports/{}/duplicate", Action::change_exports, duplicate_export},
            {"POST", "/v1/exports/{}/attach", Action::change_exports, attach_export},
            {"POST", "/v1/exports/{}/enable", Action::change_exports, enable},
            {"POST", "/v1/exports/{}/disable", Action::change_exports, disable},
            {"DELETE", "/v1/exports/{}", Action::change_exports, remove_export}};
}

}  // namespace audienced::control
