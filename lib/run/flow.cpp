// The whole flow on one screen: prepare, pull, plan, guards, deliver, settle, record.
#include "run/flow.hpp"

#include <algorithm>

#include <boost/system/system_error.hpp>

#include "run/delivery/deliver.hpp"
#include "run/delivery/load_batch.hpp"
#include "run/planning/plan_step.hpp"
#include "run/prepare.hpp"
#include "run/record.hpp"
#include "run/wait_for_source.hpp"

namespace audienced::run {
namespace {

using Status = model::RunStatus;

Ending ending(Status status, std::string reason) {
    Ending e;
    e.status = status;
    e.reason = std::move(reason);
    return e;
}

/// A dependency that is not ready means skipped, not failed, and never "everybody left".
Ending ending_of(const Context& ctx, const Error& error) {
    if (ctx.stop == StopReason::cancelled)
        return ending(Status::cancelled, "cancelled; what was delivered stays delivered");
    if (error.code == Errc::not_ready || error.code == Errc::source_changed)
        return ending(Status::skipped, error.text());
    Ending e = ending(Status::failed, error.message);
    e.error = error.text();
    return e;
}

/// Whoever was to be taken out of a group and was not is no profile of the segments, so no count but the
/// plan's tells.
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

awaitable<result<Ending>> plan_and_guard(Context& ctx) {
    if (auto set = co_await set_status(ctx, Status::planning, "planning"); !set) co_return set.error();
    auto verdict = co_await make_and_store_plan(ctx);
    if (!verdict) co_return verdict.error();
    using Kind = plan::GuardVerdict::Kind;
    if (verdict->kind == Kind::skip) co_return ending(Status::skipped, verdict->reason);
    if (ctx.run.options.dry_run) co_return ending(Status::succeeded, "a dry run: planned, nothing was sent");
    if (verdict->kind == Kind::hold) co_return ending(Status::held, verdict->reason);
    co_return ending(Status::delivering, {});
}

/// A plan that a crash or a hold left is good as long as the export was not edited since.
awaitable<result<void>> keep_or_drop_plan(Context& ctx) {
    if (!has_plan(ctx)) co_return result<void>{};
    if (ctx.run.started_at && ctx.definition.updated_at > *ctx.run.started_at)
        co_return co_await drop_plan(ctx);
    const auto members = [](const model::Counts& c) { return c.added + c.updated + c.removed; };
    ctx.events.plan(members(ctx.run.planned), members(ctx.run.counts));
    co_return co_await settle_tickets(ctx);
}

awaitable<result<Ending>> flow(Context& ctx) {
    if (auto allowed = ctx.may_go_on(); !allowed) co_return allowed.error();
    if (auto ready = co_await prepare(ctx); !ready) co_return ready.error();
    if (auto kept = co_await keep_or_drop_plan(ctx); !kept) co_return kept.error();
    // Days may lie between a plan and its delivery: whom not to touch is asked in either case.
    if (auto pulled = co_await pull_suppressions(ctx); !pulled) co_return pulled.error();
    if (!has_plan(ctx)) {
        auto planned = co_await plan_and_guard(ctx);
        if (!planned) co_return planned.error();
        if (planned->status != Status::delivering) co_return planned;
    }
    if (auto set = co_await set_status(ctx, Status::delivering, "delivering"); !set) co_return set.error();
    if (co_await has_batches(ctx)) {
        if (auto made = co_await make_missing(ctx); !made) co_return made.error();
        if (auto scanned = co_await scan_groups(ctx); !scanned) co_return scanned.error();
        if (auto delivered = co_await deliver(ctx); !delivered) co_return delivered.error();
    }
    if (auto set = co_await set_status(ctx, Status::settling, "settling"); !set) co_return set.error();
    if (auto counts = co_await final_counts(ctx); !counts) co_return counts.error();
    co_return ending_of(ctx.run);
}

Error bug(Context& ctx, const std::exception& e) {
    ctx.env.log->write(log::internal_error("run " + std::to_string(ctx.run.id), e.what()));
    return make_error(Errc::bug, std::string("a bug: ") + e.what(),
                      "please report it; the next run goes on from the ledger");
}

/// The spool is a cache: when it is lost, the rest is planned anew under the same run.
awaitable<result<Ending>> flow_with_replan(Context& ctx) {
    auto first = co_await flow(ctx);
    const bool spool_lost = !first && first.error().code == Errc::not_ready && has_plan(ctx);
    if (!spool_lost) co_return first;
    if (auto dropped = co_await drop_plan(ctx); !dropped) co_return dropped.error();
    co_return co_await flow(ctx);
}

/// A scheduled run may come before its data: then all of it begins again, whom not to touch may have
/// changed while it waited.
awaitable<result<Ending>> flow_when_ready(Context& ctx) {
    for (;;) {
        auto ended = co_await flow_with_replan(ctx);
        if (ended || ended.error().code != Errc::not_ready || has_plan(ctx)) co_return ended;
        Error why = ended.error();
        auto waited = co_await wait_for_source(ctx, std::move(why));
        if (!waited) co_return waited.error();
    }
}

}  // namespace

awaitable<void> carry_out(Context& ctx) {
    result<Ending> end = make_error(Errc::cancelled, "cancelled");
    try {
        end = co_await flow_when_ready(ctx);
    } catch (const boost::system::system_error& e) {
        // A cancelled coroutine is told so by this exception at its next step.
        if (e.code() != boost::asio::error::operation_aborted) end = bug(ctx, e);
    } catch (const std::exception& e) {
        end = bug(ctx, e);
    }
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    Ending last = end ? std::move(*end) : ending_of(ctx, end.error());
    if (end && last.status == Status::held)
        ctx.recorded = (co_await set_held(ctx, std::move(last.reason))).has_value();
    else if (ctx.stop != StopReason::shutdown)
        co_await record(ctx, std::move(last));
    ctx.events.end();
}

}  // namespace audienced::run
