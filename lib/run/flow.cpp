// The whole flow on one screen: prepare, pull, plan, guards, deliver, settle, record.
#include "run/flow.hpp"

#include <algorithm>

#include <boost/system/system_error.hpp>

#include "run/delivery/deliver.hpp"
#include "run/make_missing.hpp"
#include "run/planning/plan_step.hpp"
#include "run/pull.hpp"
#include "run/record.hpp"
#include "run/scan_groups.hpp"
#include "run/wait_for_source.hpp"
#include "store/runs.hpp"

namespace audienced::run {
namespace {

using Status = model::RunStatus;
using Batches = std::vector<store::BatchRow>;

Ending ending(Status status, std::string reason) {
    Ending e;
    e.status = status;
    e.reason = std::move(reason);
    return e;
}

/// A dependency that is not ready means skipped, not failed, and never "every member left".
Ending ending_of(StopReason stopped, const Error& error) {
    if (stopped == StopReason::cancelled)
        return ending(Status::cancelled, "cancelled; what was delivered stays delivered");
    if (error.code == Errc::not_ready || error.code == Errc::source_changed)
        return ending(Status::skipped, error.text());
    Ending e = ending(Status::failed, error.message);
    e.error = error.text();
    return e;
}

/// Failed removals are in no per-profile count: derive them from planned.removed - counts.removed.
Ending ending_of(const model::Run& run) {
    const std::uint64_t undelivered = run.counts.rejected + run.counts.invalid;
    const std::uint64_t stayed = run.planned.removed - std::min(run.planned.removed, run.counts.removed);
    if (undelivered + stayed == 0) return ending(Status::succeeded, {});
    std::string reason;
    if (undelivered > 0) reason = std::to_string(undelivered) + " profiles were not delivered";
    if (stayed > 0)
        reason += (reason.empty() ? "" : ", ") + std::to_string(stayed) + " members were not removed";
    return ending(Status::completed_with_rejects, reason + "; `audiencectl runs rejects` names them");
}

/// `delivering`: the plan is stored and its batches may go out. Anything else is how the run ends.
awaitable<result<Ending>> plan_and_guard(RunUnderWay& run, Batches& batches) {
    auto set = co_await set_status(run.env, run.progress, Status::planning, "planning");
    if (!set) co_return set.error();
    auto plan = co_await make_and_store_plan(run.env, run.prepared->definition, run.prepared->groups,
                                             run.progress, run.control.stop_reading.get_token());
    if (!plan) co_return plan.error();
    using Kind = plan::GuardVerdict::Kind;
    if (plan->verdict.kind == Kind::skip) co_return ending(Status::skipped, plan->verdict.reason);
    if (run.progress.run.options.dry_run)
        co_return ending(Status::succeeded, "a dry run: planned, nothing was sent");
    if (plan->verdict.kind == Kind::hold) co_return ending(Status::held, plan->verdict.reason);
    batches = std::move(plan->batches);
    co_return ending(Status::delivering, {});
}

/// A plan that a crash or a hold left is good as long as the export was not edited since. Gives its batches
/// that are still open; none when it is dropped.
awaitable<result<Batches>> keep_or_drop_plan(RunUnderWay& run) {
    RunProgress& progress = run.progress;
    const RunDefinition& definition = run.prepared->definition;
    if (!has_plan(progress.run)) co_return Batches();
    if (progress.run.started_at && definition.settings.updated_at > *progress.run.started_at) {
        auto dropped = co_await drop_plan(run.env, progress);
        if (!dropped) co_return dropped.error();
        co_return Batches();
    }
    const auto members = [](const model::Counts& c) { return c.added + c.updated + c.removed; };
    progress.events.plan(members(progress.run.planned), members(progress.run.counts));
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::unsettled_batches(db, progress.run.id);
    };
    auto open = co_await run.env.store->run(load);
    if (!open) co_return open.error();
    Delivery delivery{run.env, definition, run.prepared->groups, progress, run.control};
    co_return co_await settle_tickets(delivery, std::move(*open));
}

/// The first calls that write, then the batches.
awaitable<result<void>> deliver_plan(RunUnderWay& run, Batches batches, SteadyTime opt_outs_asked) {
    if (batches.empty()) co_return result<void>{};
    const Prepared& prepared = *run.prepared;
    GroupBits known = prepared.groups;
    auto made =
        co_await make_missing(run.env, prepared.definition, prepared.missing_fields, std::move(known));
    if (!made) co_return made.error();
    auto groups = co_await scan_groups(run.env, prepared.definition, std::move(*made));
    if (!groups) co_return groups.error();
    Delivery delivery{run.env, prepared.definition, *groups, run.progress, run.control};
    co_return co_await deliver(delivery, std::move(batches), opt_outs_asked);
}

awaitable<result<Ending>> flow(RunUnderWay& run) {
    RunProgress& progress = run.progress;
    if (auto allowed = run.control.may_go_on(); !allowed) co_return allowed.error();
    auto prepared = co_await prepare(run.env, progress.run.export_name, &progress);
    if (!prepared) co_return prepared.error();
    run.prepared = std::move(*prepared);
    auto batches = co_await keep_or_drop_plan(run);
    if (!batches) co_return batches.error();
    // Days may lie between a plan and its delivery: opt-outs are asked for in either case.
    auto asked = co_await pull_opt_outs(run.env, run.prepared->definition, run.prepared->groups.layout);
    if (!asked) co_return asked.error();
    if (!has_plan(progress.run)) {
        auto planned = co_await plan_and_guard(run, *batches);
        if (!planned) co_return planned.error();
        if (planned->status != Status::delivering) co_return planned;
    }
    auto set = co_await set_status(run.env, progress, Status::delivering, "delivering");
    if (!set) co_return set.error();
    auto delivered = co_await deliver_plan(run, std::move(*batches), *asked);
    if (!delivered) co_return delivered.error();
    set = co_await set_status(run.env, progress, Status::settling, "settling");
    if (!set) co_return set.error();
    if (auto counts = co_await final_counts(run.env, progress); !counts) co_return counts.error();
    co_return ending_of(progress.run);
}

Error bug(RunUnderWay& run, const std::exception& e) {
    run.env.log->write(log::internal_error("run " + std::to_string(run.progress.run.id), e.what()));
    return make_error(Errc::bug, std::string("a bug: ") + e.what(),
                      "please report it; the next run goes on from the ledger");
}

/// The spool is a cache: when it is lost, the rest is planned anew under the same run.
awaitable<result<Ending>> flow_with_replan(RunUnderWay& run) {
    auto first = co_await flow(run);
    const bool spool_lost = !first && first.error().code == Errc::not_ready && has_plan(run.progress.run);
    if (!spool_lost) co_return first;
    if (auto dropped = co_await drop_plan(run.env, run.progress); !dropped) co_return dropped.error();
    co_return co_await flow(run);
}

/// A scheduled run may come before its data: then all of it begins again, since opt-outs may have changed
/// while it waited.
awaitable<result<Ending>> flow_when_ready(RunUnderWay& run) {
    for (;;) {
        auto ended = co_await flow_with_replan(run);
        if (ended || ended.error().code != Errc::not_ready || has_plan(run.progress.run)) co_return ended;
        Error why = ended.error();
        std::vector<std::string> segments;
        if (run.prepared) segments = run.prepared->definition.settings.segments;
        auto waited = co_await wait_for_source(run.env, run.progress, std::move(segments), std::move(why));
        if (!waited) co_return waited.error();
    }
}

}  // namespace

awaitable<void> carry_out(RunUnderWay& run) {
    result<Ending> end = make_error(Errc::cancelled, "cancelled");
    try {
        end = co_await flow_when_ready(run);
    } catch (const boost::system::system_error& e) {
        // A cancelled coroutine is told so by this exception at its next step.
        if (e.code() != boost::asio::error::operation_aborted) end = bug(run, e);
    } catch (const std::exception& e) {
        end = bug(run, e);
    }
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    RunProgress& progress = run.progress;
    Ending last = end ? std::move(*end) : ending_of(run.control.stop_reason, end.error());
    if (end && last.status == Status::held) {
        auto held = co_await set_held(run.env, progress, std::move(last.reason));
        progress.recorded = held.has_value();
    } else if (run.control.stop_reason != StopReason::shutdown) {
        model::DestinationKey destination_key;
        if (run.prepared) destination_key = run.prepared->definition.destination_key;
        co_await record(run.env, progress, std::move(destination_key), std::move(last));
    }
    progress.events.end();
}

}  // namespace audienced::run
