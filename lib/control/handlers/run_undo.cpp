// /v1/runs/{}/undo: the reverse of what a run did to memberships, as a run of its own.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/export_withdraw.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/run_facts.hpp"
#include "control/handlers/runnable.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "model/destination_key.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/schedules.hpp"
#include "store/subject_states.hpp"
#include "store/undo_runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

std::string numbered(model::RunId id) {
    return "run " + std::to_string(id);
}

/// Runs are removed when they are old, their acts with them.
Error no_such_run(store::Database& db, const Error& why, model::RunId id) {
    auto newest = store::newest_run(db);
    if (!newest || id > *newest) return why;
    return make_error(Errc::not_found, numbered(id) + " is not kept any more, so nothing tells what it did",
                      "how long runs are kept is retention.runs of the configuration");
}

result<void> check_ended(const model::Run& run) {
    if (!model::is_final(run.status))
        return make_error(Errc::wrong_state,
                          numbered(run.id) + " is " + to_string(run.status) + ", so it cannot be undone yet",
                          "stop it first: audiencectl runs cancel " + std::to_string(run.id));
    if (run.options.dry_run)
        return make_error(Errc::wrong_state,
                          numbered(run.id) + " was a dry run: it sent nothing, so there is nothing to undo");
    return {};
}

result<void> check_not_undone(store::Database& db, const model::Run& run) {
    auto undone = store::undone_by(db, run.id);
    if (!undone) return undone.error();
    if (!*undone) return {};
    const std::string by = std::to_string((**undone).id);
    if (!model::is_final((**undone).status))
        return make_error(
            Errc::wrong_state,
            "run " + by + " undoes " + numbered(run.id) + " already, and is " + to_string((**undone).status),
            "audiencectl runs show " + by);
    return make_error(Errc::wrong_state, numbered(run.id) + " was undone already, by run " + by,
                      "to reverse that: audiencectl runs undo " + by);
}

/// Who removed the export, and when, as the audit has it.
Error export_is_gone(store::Database& db, const model::Run& run, bool another) {
    std::string by;
    auto removed = store::last_audit(db, "export remove", run.export_name);
    if (removed && *removed) by = " by " + (**removed).user + " at " + to_iso8601((**removed).at);
    std::string message = "the export " + run.export_name + " of " + numbered(run.id) + " was removed" + by +
                          ", so the run cannot be undone";
    if (!another)
        return make_error(
            Errc::not_found, message,
            "the members that it gave stay at the provider; an export with the same segments and "
            "destination takes them up");
    return make_error(Errc::wrong_state, message + "; the export of that name now is another one",
                      "it takes up what the other gave: audiencectl run " + run.export_name);
}

/// What the run changed is of this export, and of the destination that it feeds now.
result<void> check_same_place(store::Database& db, const model::Run& run, const model::Export& definition,
                              const store::UndoPlace& place) {
    auto id = store::export_id(db, run.export_name);
    if (!id) return id.error();
    if (*id != place.export_id) return export_is_gone(db, run, true);
    auto connection = store::get_connection(db, definition.connection);
    if (!connection) return connection.error();
    if (connection->account_id.empty()) return {};  // the run finds out
    auto now = store::find_destination(db, model::destination_key(*connection, definition));
    if (!now) return now.error();
    if (*now && **now == place.destination) return {};
    return make_error(
        Errc::wrong_state,
        "the export " + run.export_name + " feeds another destination now than " + numbered(run.id) + " did",
        "attach it to a connection of the former account first: audiencectl export attach " +
            run.export_name + " --connection NAME");
}

/// The export, if the run can be undone.
result<model::Export> check_undoable(store::Database& db, const Caller& caller, const model::Run& run) {
    if (auto fine = check_ended(run); !fine) return fine.error();
    auto definition = usable_export(db, caller, run.export_name);
    if (!definition && definition.error().code == Errc::not_found) return export_is_gone(db, run, false);
    if (!definition) return definition;
    // A call without an outcome counts: the undo settles it, and then knows.
    auto place = store::place_to_undo(db, run.id);
    if (!place) return place.error();
    if (!*place)
        return make_error(
            Errc::wrong_state,
            numbered(run.id) + " put no member anywhere and took none out, so there is nothing to undo",
            "values that it sent are not undone: mend them in the source, then audiencectl run " +
                run.export_name);
    if (auto free = check_not_withdrawn(db, run.export_name); !free) return free.error();
    if (auto fine = check_runnable(db, caller, run.export_name, EvenDisabled::yes); !fine)
        return fine.error();
    if (auto fine = check_same_place(db, run, *definition, **place); !fine) return fine.error();
    if (auto fine = check_not_undone(db, run); !fine) return fine.error();
    return definition;
}

awaitable<result<Reply>> undo(Context& context, Request request) {
    const auto id = run_argument(request);
    if (!id) co_return id.error();
    Fields fields(request.body);
    model::Run wanted;
    wanted.options.hold = fields.flag_or("hold", false);
    wanted.options.dry_run = fields.flag_or("dry_run", false);
    if (auto good = fields.finish(); !good) co_return good.error();
    wanted.trigger = model::Trigger::undo;
    wanted.options.undo_of = *id;
    wanted.queued_at = context.time->now();
    wanted.requested_by = request.caller.peer.user;
    model::RunId queued = 0;
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        auto run = visible_run(db, request.caller, *id);
        if (!run && run.error().code == Errc::not_found) return no_such_run(db, run.error(), *id);
        if (!run) return run.error();
        auto definition = check_undoable(db, request.caller, *run);
        if (!definition) return definition.error();
        wanted.export_name = run->export_name;
        wanted.options.even_disabled = !definition->enabled;
        auto made = store::queue_run(db, wanted);
        if (!made) return made.error();
        queued = *made;
        json one;
        one["id"] = *made;
        one["export"] = run->export_name;
        json out;
        out["runs"] = json::array();
        out["runs"].push_back(std::move(one));
        out["undo_of"] = *id;
        audit.after = print(out);
        auto what_follows = export_next_run(db, *definition, wanted.queued_at);
        if (!what_follows) return what_follows.error();
        out["export_next_run"] = std::move(*what_follows);
        return out;
    };
    auto out = co_await change(context, request.caller, "run undo", std::to_string(*id), std::move(write));
    if (!out) co_return out.error();
    context.live->run_queued(queued);
    co_return json_reply(*out, 202);
}

}  // namespace

std::vector<Route> run_undo_routes() {
    return {{"POST", "/v1/runs/{}/undo", Action::run_exports, undo}};
}

}  // namespace audienced::control
