#include "run/delivery/deliver.hpp"

#include <algorithm>
#include <deque>

#include "retry/backoff.hpp"
#include "run/delivery/open_intents.hpp"
#include "run/delivery/send.hpp"
#include "run/delivery/settle_input.hpp"
#include "run/delivery/split_batch.hpp"
#include "run/delivery/write_settled.hpp"
#include "run/look/look.hpp"

namespace audienced::run {
namespace {

constexpr int max_sends = 6;
// Each takes a minute until its look is too old: some twenty minutes in which nothing gets through.
constexpr int max_stale_sends = 20;
// Members sent by one run: fewer are read again by the next one in a few calls.
constexpr std::uint64_t many_sent = 5'000;

/// The batches of one phase, and the first failure, which ends it.
struct Phase {
    Phase(Delivery& d, SteadyTime last_look)
        : with(d), jobs(d.env, *d.definition.session->provider, d.progress, d.control), looked(last_look) {}
    Delivery& with;
    std::deque<store::BatchRow> waiting;
    std::optional<Error> failure;
    Jobs jobs;
    SteadyTime looked;
    bool look_first = false;  // something happened that only a look can tell
    // Calls whose outcome is not known, one after the other: since when, and how many.
    std::optional<SteadyTime> trouble_since;
    unsigned troubles = 0;
    std::size_t taken = 0;  // by lanes, off `waiting`, and not done with
};

bool may_pass(const Error& e) {
    return e.code == Errc::network || e.code == Errc::timeout || e.code == Errc::bad_answer;
}

/// The call that starts a job is not repeated by itself: what became of it is looked for first. true: the
/// batch is queued once more, after a pause.
awaitable<result<bool>> requeue_after_trouble(Phase& phase, store::BatchRow row, Error why) {
    const Delivery& with = phase.with;
    if (!with.definition.limits.by_jobs || !may_pass(why)) co_return false;
    const SteadyTime now = with.env.time->steady();
    if (!phase.trouble_since) phase.trouble_since = now;
    if (now - *phase.trouble_since >= with.env.patience.span) co_return false;
    const auto wait = retry::backoff(++phase.troubles, *with.env.random);
    with.progress.retrying(why.message, wait);
    auto slept = co_await with.env.time->sleep_for(wait);
    if (!slept) co_return slept.error();
    with.progress.waited(wait);
    phase.look_first = true;
    phase.waiting.push_front(row);
    co_return true;
}

/// Could the batch put a contact back, or take what others gave?
bool needs_look(const Phase& phase, const store::BatchRow& row) {
    const bool restores = phase.with.progress.run.options.undo_of != 0 && row.group >= 0;
    return row.kind == model::BatchKind::upsert || row.leavers > 0 || restores;
}

bool is_stale(const Phase& phase, const store::BatchRow& row) {
    const SteadyTime now = phase.with.env.time->steady();
    // Calls of the other lanes may rest on a look, and no call begins after it is too old: those end first.
    const auto& fresh_until = phase.with.control.fresh_until;
    if (!needs_look(phase, row)) return fresh_until && now > *fresh_until;
    return phase.look_first || now - phase.looked > look_is_good_for;
}

/// What became of the job of a batch is not known. A failed one is sent again in halves, a vanished one as it
/// is, both a few times and after a look; sending again is harmless then. A cancelled one was cancelled for a
/// reason: it is left to the next run. true: the batch is queued once more.
awaitable<result<bool>> requeue_lost_job(Phase& phase, store::BatchRow row, const provider::JobState& lost) {
    using Kind = provider::JobState::Kind;
    phase.look_first = true;
    if (lost.kind == Kind::cancelled || row.sends >= max_sends) co_return false;
    if (lost.kind == Kind::failed && row.members + row.leavers > 1) {
        auto halves = co_await split_batch(phase.with.env, row);
        if (!halves) co_return halves.error();
        phase.waiting.insert(phase.waiting.end(), halves->begin(), halves->end());
        co_return true;
    }
    phase.waiting.push_back(std::move(row));
    co_return true;
}

/// What is said of the members of a job that is given up.
void give_up(std::vector<Settled>& settled, const provider::JobState& lost) {
    using Kind = provider::JobState::Kind;
    for (Settled& s : settled) {
        if (!s.called) continue;
        s.outcome = model::Outcome();
        s.outcome.code = lost.kind == Kind::cancelled  ? "job_cancelled"
                         : lost.kind == Kind::vanished ? "job_vanished"
                                                       : "job_failed";
        s.outcome.detail = lost.why;
    }
}

awaitable<result<void>> deliver_one(Phase& phase, store::BatchRow row) {
    Delivery& with = phase.with;
    auto loaded =
        co_await load_batch(with.env, with.definition, with.groups, row, with.progress.run.options.full);
    if (!loaded) co_return loaded.error();
    if (loaded->called == 0) {
        SettleInput in = settle_input(with, row, 0);
        co_return co_await write_settled(with, std::move(in), std::move(loaded->records));
    }
    // Loading waits for the store, which others keep busy.
    if (is_stale(phase, row)) {
        phase.waiting.push_front(row);
        co_return result<void>{};
    }
    if (needs_look(phase, row)) with.control.fresh_until = phase.looked + look_is_good_for;
    auto sent = co_await send_batch(with, phase.jobs, row, std::move(*loaded));
    ++row.sends;
    if (!sent && sent.error().code == Errc::stale && row.sends >= max_stale_sends)
        co_return retryable(Errc::timeout, "the provider reads, but has not taken a batch for twenty minutes",
                            "the next run continues");
    if (!sent && sent.error().code == Errc::stale) {
        // Part of it may have gone out: the intent says so, and is closed before the look.
        phase.look_first = true;
        phase.waiting.push_front(row);
        co_return result<void>{};
    }
    if (!sent) {
        auto again = co_await requeue_after_trouble(phase, row, sent.error());
        if (!again) co_return again.error();
        if (*again) co_return result<void>{};
        co_return sent.error();
    }
    phase.trouble_since.reset();
    phase.troubles = 0;
    if (sent->overdue) co_return *sent->overdue;
    if (sent->lost_job) {
        auto again = co_await requeue_lost_job(phase, row, *sent->lost_job);
        if (!again) co_return again.error();
        if (*again) co_return result<void>{};
        give_up(sent->settled, *sent->lost_job);
        sent->intent = 0;  // closed
    }
    with.progress.members_sent += row.members + row.leavers;
    SettleInput in = settle_input(with, row, sent->intent);
    in.ticket = sent->ticket;
    co_return co_await write_settled(with, std::move(in), std::move(sent->settled));
}

awaitable<void> lane(Phase& phase) {
    while (!phase.waiting.empty() && !phase.failure) {
        if (auto allowed = phase.with.control.may_go_on(); !allowed) {
            phase.failure = allowed.error();
            co_return;
        }
        if (is_stale(phase, phase.waiting.front()))
            co_return;  // a look comes first, when all lanes have ended
        const store::BatchRow row = phase.waiting.front();
        phase.waiting.pop_front();
        ++phase.taken;
        auto delivered = co_await deliver_one(phase, row);
        --phase.taken;
        if (!delivered && !phase.failure) phase.failure = delivered.error();
    }
}

/// A batch whose call was found to have been taken is settled: it is not sent again.
awaitable<result<void>> drop_settled(Phase& phase) {
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::unsettled_batches(db, phase.with.progress.run.id);
    };
    auto open = co_await phase.with.env.store->run(load);
    if (!open) co_return open.error();
    std::erase_if(phase.waiting, [&](const store::BatchRow& row) {
        return std::none_of(open->begin(), open->end(),
                            [&](const store::BatchRow& o) { return o.seq == row.seq; });
    });
    co_return result<void>{};
}

awaitable<result<void>> renew_look(Phase& phase) {
    Delivery& with = phase.with;
    with.control.fresh_until.reset();
    if (auto allowed = with.control.may_go_on(); !allowed) co_return allowed.error();
    if (auto settled = co_await settle_open_intents(with); !settled) co_return settled.error();
    if (auto dropped = co_await drop_settled(phase); !dropped) co_return dropped.error();
    if (phase.waiting.empty()) co_return result<void>{};
    const store::BatchRow& next = phase.waiting.front();
    const bool known = with.plan_is_older || next.kind == model::BatchKind::membership || next.known;
    const LookKind kind = known ? LookKind::everything : LookKind::opt_outs;
    auto looked = co_await look(with.env, with.definition, with.progress.run.id, kind);
    if (!looked) co_return looked.error();
    phase.looked = *looked;
    phase.look_first = false;
    co_return result<void>{};
}

awaitable<void> run_lanes(Phase& phase) {
    const Delivery& with = phase.with;
    const std::size_t lanes =
        std::min<std::size_t>(with.definition.limits.batches_at_once, phase.waiting.size());
    aio::TaskGroup group(with.env.io, [&](const std::string& name, const std::string& what) {
        with.env.log->write(log::internal_error(name, what));
        if (!phase.failure) phase.failure = make_error(Errc::bug, "a lane ended: " + what);
    });
    with.control.lanes = &group;
    for (std::size_t i = 0; i < lanes; ++i) group.spawn("deliver", lane(phase));
    co_await group.wait();
    with.control.lanes = nullptr;
    with.control.fresh_until.reset();
    // A lane that was cut off in a long wait ends without a word; what it had taken is not delivered.
    if (phase.taken == 0 || phase.failure) co_return;
    auto allowed = with.control.may_go_on();
    phase.failure = allowed ? make_error(Errc::cancelled, "a delivery was cut off") : allowed.error();
}

awaitable<result<void>> deliver_all(Phase& phase) {
    while (!phase.waiting.empty()) {
        if (is_stale(phase, phase.waiting.front()))
            if (auto looked = co_await renew_look(phase); !looked) co_return looked;
        co_await run_lanes(phase);
        if (phase.failure) co_return *phase.failure;
    }
    co_return result<void>{};
}

}  // namespace

awaitable<result<void>> deliver(Delivery delivery, std::vector<store::BatchRow> batches, SteadyTime looked) {
    // A new contact must be there before it can be put into a group: one kind after the other.
    for (const auto kind : {model::BatchKind::upsert, model::BatchKind::membership}) {
        Phase phase(delivery, looked);
        for (const store::BatchRow& batch : batches)
            if (batch.kind == kind) phase.waiting.push_back(batch);
        if (auto done = co_await deliver_all(phase); !done) co_return done.error();
        looked = phase.looked;
    }
    co_return result<void>{};
}

awaitable<result<void>> last_look(const Delivery& with) {
    const bool much = with.progress.members_sent >= many_sent;
    if (!much && !with.progress.made_unnamed) co_return result<void>{};
    // Its clock tells seconds: one that begins in the second of the last change cannot be told from it.
    if (much)
        if (auto slept = co_await with.env.time->sleep_for(std::chrono::seconds{2}); !slept) co_return slept;
    auto looked = co_await look(with.env, with.definition, with.progress.run.id, LookKind::everything);
    if (!looked) co_return looked.error();
    co_return result<void>{};
}

}  // namespace audienced::run
