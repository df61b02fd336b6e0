#include "run/record.hpp"

#include "spool/file.hpp"
#include "store/runs.hpp"
#include "store/suppressions.hpp"

namespace audienced::run {
namespace {

using Status = model::RunStatus;

/// The row's counts are settle()'s and a person's flags are the control socket's: read them before writing.
result<void> refresh(store::Database& db, model::Run& run) {
    auto stored = store::get_run(db, run.id);
    if (!stored) return stored.error();
    run.counts = stored->counts;
    run.traffic = stored->traffic;
    run.approved = stored->approved;
    run.cancel_requested = stored->cancel_requested;
    return {};
}

/// Nothing was sent, or not everything: profiles that were read and not delivered count as rejected, so that
/// it adds up.
model::Counts counts_at_the_end(const model::Run& run, Status end) {
    if (run.options.dry_run && end == Status::succeeded) return run.planned;
    if (end == Status::succeeded || end == Status::completed_with_rejects) return run.counts;
    model::Counts c = run.counts.read != 0 ? run.counts : run.planned;
    if (run.counts.read == 0) c.added = c.updated = c.removed = 0;
    const std::uint64_t rest = c.duplicate + c.invalid + c.suppressed + c.unchanged + c.added + c.updated;
    c.rejected = c.read > rest ? c.read - rest : 0;
    return c;
}

}  // namespace

awaitable<result<void>> set_status(Context& ctx, Status status, std::string text) {
    ctx.run.status = status;
    if (!ctx.run.started_at) ctx.run.started_at = ctx.env.time->now();
    const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        if (auto read = refresh(db, ctx.run); !read) return read;
        return store::update_run(db, ctx.run);
    };
    ctx.events.status(status, std::move(text));
    co_return co_await ctx.env.store->run(write);
}

awaitable<result<void>> set_held(Context& ctx, std::string reason) {
    ctx.run.reason = std::move(reason);
    auto set = co_await set_status(ctx, Status::held, "held: " + ctx.run.reason);
    ctx.env.log->write(log::run_held(ctx.ref(), ctx.run.planned, ctx.run.reason));
    co_return set;
}

bool has_plan(const Context& ctx) {
    return ctx.run.status == Status::held || ctx.run.status == Status::delivering ||
           ctx.run.status == Status::settling;
}

awaitable<bool> has_batches(Context& ctx) {
    const auto count = [&](store::Database& db, const vault::Vault&) -> result<bool> {
        auto open = store::unsettled_batches(db, ctx.run.id);
        if (!open) return open.error();
        return !open->empty();
    };
    auto some = co_await ctx.env.store->run(count);
    co_return !some || *some;
}

awaitable<result<void>> drop_plan(Context& ctx) {
    const auto drop = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto removed = store::remove_batches(db, ctx.run.id); !removed) return removed;
        if (auto removed = store::remove_rejects(db, ctx.run.id); !removed) return removed;
        if (auto read = refresh(db, ctx.run); !read) return read;
        if (has_plan(ctx)) ctx.run.status = Status::planning;
        ctx.run.approved = false;  // it was that plan that was approved
        if (auto updated = store::update_run(db, ctx.run); !updated) return updated;
        spool::remove_run(ctx.env.spool_dir, ctx.run.id);
        return transaction->commit();
    };
    co_return co_await ctx.env.store->run(drop);
}

awaitable<result<void>> final_counts(Context& ctx) {
    const auto read = [&](store::Database& db, const vault::Vault&) { return refresh(db, ctx.run); };
    co_return co_await ctx.env.store->run(read);
}

namespace {

/// Looking for contacts that came back lists every contact that changed; after a large delivery those would
/// be our own changes.
result<void> skip_own_changes(store::Database& db, const Context& ctx) {
    constexpr std::uint64_t cheap_to_list = 3000;
    constexpr auto overlap = std::chrono::minutes{2};
    if (ctx.destination_key.empty() || ctx.run.counts.added + ctx.run.counts.updated <= cheap_to_list)
        return {};
    auto state = store::get_pull_state(db, ctx.destination_key);
    if (!state) return state.error();
    state->came_back_since = model::provider_time_from_our_clock(ctx.env.time->now() - overlap);
    return store::put_pull_state(db, ctx.destination_key, *state);
}

}  // namespace

awaitable<void> record(Context& ctx, Ending end) {
    const model::Traffic traffic = ctx.unsaved_traffic();
    const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto added = store::add_counts(db, ctx.run.id, {}, traffic); !added) return added;
        if (auto read = refresh(db, ctx.run); !read) return read;
        ctx.run.counts = counts_at_the_end(ctx.run, end.status);
        ctx.run.status = end.status;
        ctx.run.reason = end.reason;
        ctx.run.error = end.error;
        ctx.run.finished_at = ctx.env.time->now();
        if (!ctx.run.started_at) ctx.run.started_at = ctx.run.finished_at;
        if (auto updated = store::update_run(db, ctx.run); !updated) return updated;
        if (auto removed = store::remove_batches(db, ctx.run.id); !removed) return removed;
        if (auto skipped = skip_own_changes(db, ctx); !skipped) return skipped;
        spool::remove_run(ctx.env.spool_dir, ctx.run.id);
        return transaction->commit();
    };
    auto written = co_await ctx.env.store->run(write);
    if (!written) {
        // Disk full, say: the row still says that the run is under way, and the queue takes it up again
        // later.
        ctx.env.log->write(log::store_trouble(written.error()));
        co_return;
    }
    ctx.recorded = true;
    ctx.env.log->write(log::run_finished(ctx.ref(), ctx.run));
    std::string text = model::to_string(end.status);
    if (!end.reason.empty()) text += ": " + end.reason;
    ctx.events.status(end.status, std::move(text));
}

}  // namespace audienced::run
