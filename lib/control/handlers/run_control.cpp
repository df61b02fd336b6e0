// /v1/runs/{}/approve, cancel, retry: a person's decision about a run.
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/runnable.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "store/definitions.hpp"
#include "store/held_runs.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

result<model::Run> run_of_caller(store::Database& db, const Caller& caller, model::RunId id) {
    auto run = visible_run(db, caller, id);
    if (!run) return run;
    if (auto good = check_may_run(db, caller, run->export_name); !good) return good.error();
    return run;
}

std::string words(const model::Run& run) {
    return "run " + std::to_string(run.id) + " is " + to_string(run.status);
}

/// Its plan may have expired a moment ago, and the queue not have looked yet.
result<void> check_approvable(store::Database& db, const Caller& caller, const model::Run& run) {
    if (run.status != model::RunStatus::held) {
        const std::string reason = as_seen(caller, run).reason;
        const std::string why = reason.empty() ? std::string() : " (" + reason + ")";
        return make_error(Errc::wrong_state, words(run) + why + ", so there is nothing to approve");
    }
    auto good = store::check_held_plan(db, run);
    if (good || good.error().code != Errc::plan_expired) return good;
    return make_error(Errc::wrong_state, words(run) + ", and " + good.error().message, good.error().hint);
}

awaitable<result<Reply>> approve(Context& context, Request request) {
    const auto id = run_argument(request);
    if (!id) co_return id.error();
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<model::Run> {
        auto run = run_of_caller(db, request.caller, *id);
        if (!run) return run;
        if (auto good = check_approvable(db, request.caller, *run); !good) return good.error();
        // What is approved is exactly this plan: its figures go into the record.
        audit.after = print(json_of(run->planned));
        run->approved = true;
        if (auto kept = store::approve(db, *id); !kept) return kept.error();
        return run;
    };
    auto run = co_await change(context, request.caller, "run approve", std::to_string(*id), std::move(write));
    context.live->approve_run(*id);  // also where it is refused: a plan that has expired is to be ended
    if (!run) co_return run.error();
    co_return json_reply(json_of(as_seen(request.caller, *run)));
}

awaitable<result<Reply>> cancel(Context& context, Request request) {
    const auto id = run_argument(request);
    if (!id) co_return id.error();
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<model::Run> {
        auto run = run_of_caller(db, request.caller, *id);
        if (!run) return run;
        if (model::is_final(run->status))
            return make_error(Errc::wrong_state, words(*run) + " already, so there is nothing to cancel");
        audit.before = print(json(to_string(run->status)));
        run->cancel_requested = true;
        if (auto kept = store::request_cancel(db, *id); !kept) return kept.error();
        return run;
    };
    auto run = co_await change(context, request.caller, "run cancel", std::to_string(*id), std::move(write));
    if (!run) co_return run.error();
    context.live->cancel_run(*id);
    co_return json_reply(json_of(as_seen(request.caller, *run)));
}

/// A retry delivers, and sends what the segments gave that run. Errors: wrong_state.
result<void> check_retriable(const model::Run& run) {
    const std::string number = "run " + std::to_string(run.id);
    const std::string undone = std::to_string(run.options.undo_of);
    if (run.options.only_member)
        return make_error(Errc::wrong_state, number + " tried one member, and keeps no address",
                          "try it once more: audiencectl export try " + run.export_name + " --email ADDRESS");
    if (run.options.withdraw)
        return make_error(Errc::wrong_state,
                          number + " takes back what " + run.export_name +
                              " gave, so there is nothing of the segments to retry",
                          "to go on with it: audiencectl export remove " + run.export_name + " --withdraw");
    if (run.options.undo_of != 0)
        return make_error(Errc::wrong_state,
                          number + " undoes run " + undone + ", so there is nothing of the segments to retry",
                          "what it left undone: audiencectl runs undo " + undone);
    if (run.options.dry_run)
        return make_error(Errc::wrong_state,
                          number + " was a dry run: it sent nothing, so there is nothing to retry",
                          "to deliver: audiencectl run " + run.export_name);
    return {};
}

awaitable<result<Reply>> retry(Context& context, Request request) {
    const auto id = run_argument(request);
    if (!id) co_return id.error();
    const SysTime now = context.time->now();
    model::RunId queued = 0;
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        auto run = run_of_caller(db, request.caller, *id);
        if (!run) return run.error();
        if (!model::is_final(run->status))
            return make_error(Errc::wrong_state, words(*run) + ", so it cannot be retried yet");
        if (auto good = check_retriable(*run); !good) return good.error();
        if (auto good = check_runnable(db, request.caller, run->export_name); !good) return good.error();
        model::Run wanted;
        wanted.export_name = run->export_name;
        wanted.trigger = model::Trigger::retry;
        wanted.options.retry_of = run->id;
        wanted.queued_at = now;
        wanted.requested_by = request.caller.peer.user;
        auto again = store::queue_run(db, wanted);
        if (!again) return again.error();
        queued = *again;
        json one;
        one["id"] = *again;
        one["export"] = run->export_name;
        json out;
        out["runs"] = json::array();
        out["runs"].push_back(std::move(one));
        audit.after = print(out);
        return out;
    };
    auto out = co_await change(context, request.caller, "run retry", std::to_string(*id), std::move(write));
    if (!out) co_return out.error();
    context.live->run_queued(queued);
    co_return json_reply(*out, 202);
}

}  // namespace

std::vector<Route> run_control_routes() {
    return {{"POST", "/v1/runs/{}/approve", Action::run_exports, approve},
            {"POST", "/v1/runs/{}/cancel", Action::run_exports, cancel},
            {"POST", "/v1/runs/{}/retry", Action::run_exports, retry}};
}

}  // namespace audienced::control
