#include "run/record.hpp"

#include "run/end_of_withdrawal.hpp"
#include "run/reject_summary.hpp"
#include "run/try_again.hpp"
#include "spool/file.hpp"
#include "store/rejects.hpp"
#include "store/restore.hpp"
#include "store/runs.hpp"

namespace audienced::run {
namespace {

using Status = model::RunStatus;

/// The row's counts are settle()'s; a person's flags, and what a run that waits is asked to do beside, are
/// the control socket's: read them before writing.
result<void> refresh(store::Database& db, model::Run& run) {
    auto stored = store::get_run(db, run.id);
    if (!stored) return stored.error();
    run.counts = stored->counts;
    run.traffic = stored->traffic;
    run.approved = stored->approved;
    run.cancel_requested = stored->cancel_requested;
    run.options = stored->options;
    run.trigger = stored->trigger;
    run.requested_by = stored->requested_by;
    return {};
}

/// What was settled stays as settle() counted it; what the run did not get to was not sent.
model::Counts counts_at_the_end(const model::Run& run, Status end) {
    if (run.options.dry_run && end == Status::succeeded) return run.planned;
    if (end == Status::succeeded || end == Status::completed_with_rejects) return run.counts;
    return model::counts_of_unfinished(run);
}

/// What a run says is listed is what it counts: the rejects of a plan that is not stored with it, if its
/// counts are those of that plan, else none of them.
result<void> settle_drafts(store::Database& db, const model::Run& run) {
    const bool counts_the_plan = run.counts.read == 0 && run.planned.read > 0;
    return counts_the_plan ? store::promote_rejects(db, run.id) : store::remove_drafts(db, run.id);
}

/// With what a person should mend first.
result<std::string> reason_at_the_end(store::Database& db, const model::Run& run, const Ending& end) {
    if (end.status != Status::completed_with_rejects) return end.reason;
    auto kinds = store::list_reject_kinds(db, run.id);
    if (!kinds) return kinds.error();
    const std::string summary = summarise(*kinds);
    return summary.empty() ? end.reason : summary + ". " + end.reason;
}

/// Of a run that is over. One that completed has settled what a restore left open.
result<void> clear_plan(store::Database& db, const model::Run& run) {
    if (auto removed = store::remove_batches(db, run.id); !removed) return removed;
    const bool completed = run.status == Status::succeeded || run.status == Status::completed_with_rejects;
    return completed && !run.options.dry_run ? store::set_settled_since_restore(db, run.export_name)
                                             : result<void>{};
}

std::string given_up(int times) {
    return "tried again " + std::to_string(times) + " times; the next start tries once more";
}

/// Rejects of older runs go step by step, so that no caller waits long for the store.
awaitable<void> trim(Environment& env, const std::string& export_name) {
    constexpr std::uint64_t most = 100'000;
    constexpr std::size_t slice = 5'000;
    const auto step = [&](store::Database& db, const vault::Vault&) {
        return store::trim_rejects(db, export_name, most, slice);
    };
    for (;;) {
        auto more = co_await env.store->run(step);
        if (!more) env.log->write(log::store_trouble(more.error()));
        if (!more || !*more) co_return;
    }
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
    progress.run.reason_quotes = Quotes::nothing;
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
        // What the run said so far stands until a new plan is stored.
        if (auto removed = store::remove_drafts(db, progress.run.id); !removed) return removed;
        if (auto read = refresh(db, progress.run); !read) return read;
        if (has_plan(progress.run)) progress.run.status = Status::planning;
        progress.run.approved = false;  // it was that plan that was approved
        if (auto updated = store::update_run(db, progress.run); !updated) return updated;
        // Files of a plan that is none any more are not taken for those of the next one.
        (void)spool::remove_run(env.spool_dir, progress.run.id);
        return transaction->commit();
    };
    co_return co_await env.store->run(drop);
}

awaitable<result<void>> final_counts(Environment& env, RunProgress& progress) {
    const auto read = [&](store::Database& db, const vault::Vault&) { return refresh(db, progress.run); };
    co_return co_await env.store->run(read);
}

namespace {

/// How the run ended, in its row. A failure that passes by itself is planned again where `with_retry`.
result<void> write_ending(store::Database& db, RunProgress& progress, const Ending& end, SysTime now,
                          bool with_retry) {
    model::Run& run = progress.run;
    if (auto listed = settle_drafts(db, run); !listed) return listed;
    run.counts = counts_at_the_end(run, end.status);
    run.status = end.status;
    auto reason = reason_at_the_end(db, run, end);
    if (!reason) return reason.error();
    run.reason = std::move(*reason);
    run.error = end.error;
    run.reason_quotes = end.quotes;
    run.tried = end.tried;
    run.finished_at = now;
    if (!run.started_at) run.started_at = run.finished_at;
    run.next_try.reset();
    if (with_retry) {
        auto planned = plan_retry(db, run, end.passes, now);
        if (!planned) return planned.error();
        run.next_try = planned->next_try;
        if (planned->given_up_after != 0)
            run.reason += (end.reason.empty() ? "" : "; ") + given_up(planned->given_up_after);
    }
    return store::update_run(db, run);
}

/// What is known of its rejects, for the event.
struct RejectNews {
    bool all_known = false;         // from the run before
    std::uint64_t quarantined = 0;  // by this run
};

result<RejectNews> news_of_rejects(store::Database& db, const model::Run& run) {
    RejectNews out;
    if (run.status != Status::completed_with_rejects) return out;
    auto known = store::are_rejects_known(db, run.id);
    if (!known) return known.error();
    out.all_known = *known;
    auto fresh = store::newly_quarantined(db, run.id);
    if (!fresh) return fresh.error();
    out.quarantined = *fresh;
    return out;
}

/// Files of runs that are over: what an error left behind at an earlier end goes too.
result<void> remove_stray_files(store::Database& db, const std::string& spool_dir) {
    auto open = store::open_runs(db);
    if (!open) return {};
    std::vector<model::RunId> keep;
    for (const model::Run& run : *open) keep.push_back(run.id);
    return spool::remove_strays(spool_dir, keep);
}

}  // namespace

awaitable<void> record(Environment& env, RunProgress& progress, Ending end) {
    const model::Traffic traffic = progress.unsaved_traffic();
    result<void> spool_removed;
    bool with_retry = true;
    RejectNews news;
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto added = store::add_counts(db, progress.run.id, {}, traffic); !added) return added;
        if (auto read = refresh(db, progress.run); !read) return read;
        auto ended = write_ending(db, progress, end, env.time->now(), with_retry);
        if (!ended) return ended;
        if (progress.run.options.withdraw) {  // an export with a run that is not over is not removed
            auto withdrawn = end_withdrawal(db, vault, progress.run, *progress.run.finished_at);
            if (!withdrawn) return withdrawn;
            if (auto updated = store::update_run(db, progress.run); !updated) return updated;
        }
        if (auto cleared = clear_plan(db, progress.run); !cleared) return cleared;
        auto told = news_of_rejects(db, progress.run);
        if (!told) return told.error();
        news = *told;
        if (auto done = transaction->commit(); !done) return done;
        spool_removed = remove_stray_files(db, env.spool_dir);
        return {};
    };
    auto written = co_await env.store->run(write);
    if (!written) {
        // The end matters more than the retry.
        with_retry = false;
        written = co_await env.store->run(write);
    }
    if (!written) {
        // Disk full, say: the row still says that the run is under way, and the queue takes it up again
        // later.
        env.log->write(log::store_trouble(written.error()));
        co_return;
    }
    progress.recorded = true;
    if (!spool_removed) env.log->write(log::store_trouble(spool_removed.error()));
    if (news.quarantined > 0) env.log->write(log::rejects_quarantined(progress.ref(), news.quarantined));
    env.log->write(log::run_finished(progress.ref(), progress.run, news.all_known));
    const std::string text = model::to_string(end.status);
    std::string in_full;
    if (!progress.run.reason.empty()) in_full = text + ": " + progress.run.reason;
    progress.events.status(end.status, text, std::move(in_full));
    co_await trim(env, progress.run.export_name);
}

}  // namespace audienced::run
