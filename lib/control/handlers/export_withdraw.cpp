// /v1/exports/{}/withdrawal: an export that takes back what it gave before it goes.
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/export_withdraw.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/runnable.hpp"
#include "control/json.hpp"
#include "model/destination_key.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/memberships.hpp"
#include "store/runs.hpp"
#include "store/undo_runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

constexpr std::size_t rows_at_once = 20'000;  // some milliseconds of the store's thread

struct Given {
    std::vector<store::GroupRow> groups;
    model::ExportSlots slots;
};

result<void> check_withdrawable(store::Database& db, const Caller& caller, const std::string& name) {
    if (auto may = check_may_run(db, caller, name); !may) return may;
    if (auto free = check_not_withdrawn(db, name); !free) return free;
    return check_runnable(db, caller, name, EvenDisabled::yes);
}

result<Given> what_it_gave(store::Database& db, const Caller& caller, const std::string& name) {
    if (auto fine = check_withdrawable(db, caller, name); !fine) return fine.error();
    Given out;
    auto id = store::export_id(db, name);
    if (!id) return id.error();
    auto bound = store::bound_destination(db, *id);
    if (!bound) return bound.error();
    if (!*bound) return out;  // it never ran
    auto groups = store::get_groups(db, *id);
    if (!groups) return groups.error();
    out.groups = std::move(*groups);
    auto slots = store::slots_of(db, **bound, *id);
    if (!slots) return slots.error();
    out.slots = *slots;
    return out;
}

struct Figure {
    std::uint64_t leaving = 0, shared = 0;
};

/// In slices, so that other work of the store comes in between.
awaitable<result<Figure>> count_group(Context& context, model::GroupNo group, model::ExportSlots slots) {
    Figure out;
    std::optional<MemberHash> after;
    for (;;) {
        const auto read = [&](store::Database& db, const vault::Vault&) {
            return store::scan_memberships(
                db, group, after, rows_at_once, [&](const MemberHash& member, model::Standing s) {
                    after = member;
                    const bool in = s.state == model::Membership::ours || model::is_unclear(s.state);
                    if (!in || (s.holders & slots.own) == 0) return;
                    ++((s.holders & slots.live & ~slots.own) != 0 ? out.shared : out.leaving);
                });
        };
        auto rows = co_await look_up(context, read);
        if (!rows) co_return rows.error();
        if (*rows < rows_at_once) co_return out;
    }
}

awaitable<result<Reply>> show_withdrawal(Context& context, Request request) {
    const std::string name = request.argument(0);
    const auto read = [&](store::Database& db, const vault::Vault&) {
        return what_it_gave(db, request.caller, name);
    };
    auto given = co_await look_up(context, read);
    if (!given) co_return given.error();
    json out;
    out["export"] = name;
    out["groups"] = json::array();
    Figure all;
    for (const store::GroupRow& group : given->groups) {
        auto counted = co_await count_group(context, group.no, given->slots);
        if (!counted) co_return counted.error();
        all.leaving += counted->leaving;
        all.shared += counted->shared;
        if (counted->leaving + counted->shared == 0) continue;
        json one;
        one["title"] = group.title;
        one["leaving"] = counted->leaving;
        one["held_by_others"] = counted->shared;
        out["groups"].push_back(std::move(one));
    }
    out["leaving"] = all.leaving;
    out["held_by_others"] = all.shared;
    co_return json_reply(out);
}

/// Disables it, and queues the run.
awaitable<result<Reply>> withdraw(Context& context, Request request) {
    const std::string name = request.argument(0);
    model::Run wanted;
    wanted.export_name = name;
    wanted.trigger = model::Trigger::undo;
    wanted.options.withdraw = wanted.options.even_disabled = true;
    wanted.queued_at = context.time->now();
    wanted.requested_by = request.caller.peer.user;
    model::RunId queued = 0;
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        if (auto fine = check_withdrawable(db, request.caller, name); !fine) return fine.error();
        auto definition = store::get_export(db, name);
        if (!definition) return definition.error();
        audit.before = print(json_of(*definition));
        definition->enabled = false;
        definition->updated_at = wanted.queued_at;
        if (auto kept = store::update_export(db, *definition); !kept) return kept.error();
        auto made = store::queue_run(db, wanted);
        if (!made) return made.error();
        queued = *made;
        json one;
        one["id"] = *made;
        one["export"] = name;
        json out;
        out["runs"] = json::array();
        out["runs"].push_back(std::move(one));
        audit.after = print(out);
        return out;
    };
    auto out = co_await change(context, request.caller, "export withdraw", name, std::move(write));
    if (!out) co_return out.error();
    // What is under way ends before the withdrawal begins.
    context.live->revoke_export(name,
                                make_error(Errc::wrong_state, "the export " + name + " is being withdrawn"));
    context.live->schedules_changed();
    context.live->run_queued(queued);
    co_return json_reply(*out, 202);
}

}  // namespace

result<void> check_not_withdrawn(store::Database& db, const std::string& name) {
    auto run = store::withdrawal_of(db, name);
    if (!run) return run.error();
    if (!*run) return {};
    const std::string id = std::to_string((**run).id);
    return make_error(Errc::wrong_state, "the export " + name + " is being withdrawn by run " + id,
                      "audiencectl runs follow " + id + "; to stop that: audiencectl runs cancel " + id);
}

std::vector<Route> export_withdraw_routes() {
    return {{"GET", "/v1/exports/{}/withdrawal", Action::change_exports, show_withdrawal},
            {"POST", "/v1/exports/{}/withdrawal", Action::change_exports, withdraw}};
}

}  // namespace audienced::control
