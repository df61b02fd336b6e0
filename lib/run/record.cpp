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

awaitable<result<void>> set_status(Environment& env, RunProgress& progress, Status status, std::string text) {
    progress.run.status = status;
    if (!progress.run.started_at) progress.run.started_at = env.time->now();
    const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        if (auto read = refresh(db, progress.run); !read) return read;
        return store::update_run(db, progress.run);
    };
    progress.events.status(status, std::move(text));
    co_return co_await env.store->run(write);
}

awaitable<result<void>> set_held(Environment& env, RunProgress& progress, std::string reason) {
    progress.run.reason = std::move(reason);
    auto set = co_await set_status(env, progress, Status::held, "held: " + progress.run.reason);
    env.log->write(log::run_held(progress.ref(), progress.run.planned, progress.run.reason));
    co_return set;
}

bool has_plan(const model::Run& run) {
    return run.status == Status::held || run.status == Status::delivering || run.status == Status::settling;
}

awaitable<result<void>> drop_plan(Environment& env, RunProgress& progress) {
    const auto drop = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto removed = store::remove_batches(db, progress.run.id); !removed) return removed;
        if (auto removed = store::remove_rejects(db, progress.run.id); !removed) return removed;
        if (auto read = refresh(db, progress.run); !read) return read;
        if (has_plan(progress.run)) progress.run.status = Status::planning;
        progress.run.approved = false;  // it was that plan that was approved
        if (auto updated = store::update_run(db, progress.run); !updated) return updated;
        spool::remove_run(env.spool_dir, progress.run.id);
        return transaction->commit();
    };
    co_return co_await env.store->run(drop);
}

awaitable<result<void>> final_counts(Environment& env, RunProgress& progress) {
    const auto read = [&](store::Database& db, const vault::Vault&) { return refresh(db, progress.run); };
    co_return co_await env.store->run(read);
}

namespace {

/// Looking for contacts that came back lists every contact that changed; after a large delivery those would
/// be our own changes.
result<void> skip_own_changes(store::Database& db, const model::DestinationKey& destination_key,
                              const model::Counts& counts, SysTime now) {
    constexpr std::uint64_t cheap_to_list = 3000;
    constexpr auto overlap = std::chrono::minutes{2};
    if (destination_key.empty() || counts.added + counts.updated <= cheap_to_list) return {};
    auto state = store::get_pull_state(db, destination_key);
    if (!state) return state.error();
    state->came_back_since = model::provider_time_from_our_clock(now - overlap);
    return store::put_pull_state(db, destination_key, *state);
}

}  // namespace

awaitable<void> record(Environment& env, RunProgress& progress, model::DestinationKey destination_key,
                       Ending end) {
    const model::Traffic traffic = progress.unsaved_traffic();
    const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto added = store::add_counts(db, progress.run.id, {}, traffic); !added) return added;
        if (auto read = refresh(db, progress.run); !read) return read;
        progress.run.counts = counts_at_the_end(progress.run, end.status);
        progress.run.status = end.status;
        progress.run.reason = end.reason;
        progress.run.error = end.error;
        progress.run.finished_at = env.time->now();
        if (!progress.run.started_at) progress.run.started_at = progress.run.finished_at;
        if (auto updated = store::update_run(db, progress.run); !updated) return updated;
        if (auto removed = store::remove_batches(db, progress.run.id); !removed) return removed;
        if (auto skipped = skip_own_changes(db, destination_key, progress.run.counts, env.time->now());
            !skipped)
            return skipped;
        spool::remove_run(env.spool_dir, progress.run.id);
        return transaction->commit();
    };
    auto written = co_await env.store->run(write);
    if (!written) {
        // Disk full, say: the row still says that the run is under way, and the queue takes it up again
        // later.
        env.log->write(log::store_trouble(written.error()));
        co_return;
    }
    progress.recorded = true;
    env.log->write(log::run_finished(progress.ref(), progress.run));
    std::string text = model::to_string(end.status);
    if (!end.reason.empty()) text += ": " + end.reason;
    progress.events.status(end.status, std::move(text));
}

}  // namespace audienced::run
