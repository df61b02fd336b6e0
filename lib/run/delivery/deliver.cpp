#include "run/delivery/deliver.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "run/delivery/jobs.hpp"
#include "run/delivery/load_batch.hpp"
#include "run/delivery/opt_out_refresh.hpp"
#include "run/delivery/split_batch.hpp"
#include "run/delivery/write_settled.hpp"

namespace audienced::run {
namespace {

constexpr int max_sends = 6;

/// The batches of one phase, and the first failure, which ends it.
struct Phase {
    Phase(Delivery d, SteadyTime opt_outs_asked)
        : with(d),
          jobs(d.env, *d.definition.session->provider, d.progress, d.control),
          refresh(d.env, d.definition, d.groups.layout, opt_outs_asked) {}
    Delivery with;
    std::deque<store::BatchRow> waiting;
    std::set<std::int64_t> settled;  // numbers of batches
    std::optional<Error> failure;
    Jobs jobs;
    OptOutRefresh refresh;
    bool only_tickets = false;  // nothing is sent
};

/// One outcome per record, whatever the provider gave.
void pair_up(LoadedBatch loaded, std::vector<model::Outcome> outcomes, std::vector<Settled>& out) {
    outcomes.resize(loaded.records.size());
    out.reserve(out.size() + loaded.records.size());
    std::vector<model::Member>& members = loaded.batch.members;
    for (std::size_t i = 0; i < loaded.records.size(); ++i) {
        Settled& s = out.emplace_back();
        s.record = std::move(loaded.records[i]);
        s.record.sent = std::move(i < members.size() ? members[i] : loaded.batch.leavers[i - members.size()]);
        s.outcome = std::move(outcomes[i]);
    }
}

awaitable<result<void>> end_batch(Phase& phase, store::BatchRow row, std::vector<Settled> settled) {
    auto written = co_await write_settled(phase.with, row, std::move(settled));
    if (written) phase.settled.insert(row.seq);
    co_return written;
}

/// Either outcomes, or a job that ended without any.
struct Answered {
    std::vector<model::Outcome> outcomes;
    std::optional<provider::JobState> lost_job;
};

awaitable<result<Answered>> send(Phase& phase, store::BatchRow& row, LoadedBatch& loaded) {
    const Delivery& with = phase.with;
    provider::Provider& provider = *with.definition.session->provider;
    Answered out;
    if (row.ticket.empty()) {
        auto submitted = co_await provider.submit(loaded.batch);
        if (!submitted) co_return submitted.error();
        out.outcomes = std::move(submitted->outcomes);
        if (submitted->ticket.empty()) co_return out;
        row.ticket = print_job(submitted->ticket, loaded.left_out);
        const auto keep = [&](store::Database& db, const vault::Vault&) {
            return store::store_ticket(db, row.run, row.seq, row.ticket);
        };
        auto kept = co_await with.env.store->run(keep);
        if (!kept) co_return kept.error();
        ++with.progress.traffic.provider_jobs;
    }
    // A job takes minutes, and its batch megabytes: read again when they are needed.
    loaded = LoadedBatch();
    const std::string ticket = parse_job(row.ticket).ticket;
    auto end = co_await phase.jobs.end_of(ticket);
    if (!end) co_return end.error();
    auto as_submitted = co_await load_batch(with.env, with.definition, with.groups, row);
    if (!as_submitted) co_return as_submitted.error();
    loaded = std::move(*as_submitted);
    if (end->kind != provider::JobState::Kind::finished) {
        out.lost_job = std::move(*end);
        co_return out;
    }
    auto outcomes = co_await provider.collect(ticket, loaded.batch);
    if (!outcomes) co_return outcomes.error();
    out.outcomes = std::move(*outcomes);
    co_return out;
}

/// A failed job is sent again in halves, a vanished one as it is, both a few times; how far it came is not
/// known, and sending again is harmless. A cancelled one was cancelled for a reason, and one that hangs may
/// move yet: those are left to the next run. true: the batch is queued once more.
awaitable<result<bool>> requeue_lost_job(Phase& phase, store::BatchRow row, const provider::JobState& lost) {
    using Kind = provider::JobState::Kind;
    if (lost.kind == Kind::cancelled || lost.kind == Kind::overdue || row.sends >= max_sends) co_return false;
    if (lost.kind == Kind::failed && row.members + row.leavers > 1) {
        auto halves = co_await split_batch(phase.with.env, row);
        if (!halves) co_return halves.error();
        phase.waiting.insert(phase.waiting.end(), halves->begin(), halves->end());
        co_return true;
    }
    row.ticket.clear();
    phase.waiting.push_back(std::move(row));
    co_return true;
}

/// What is said of the members of a job that is given up.
std::vector<model::Outcome> unknown_outcomes(std::size_t members, const provider::JobState& lost) {
    using Kind = provider::JobState::Kind;
    model::Outcome unknown;
    unknown.code = "job_failed";
    if (lost.kind == Kind::cancelled) unknown.code = "job_cancelled";
    if (lost.kind == Kind::vanished) unknown.code = "job_vanished";
    if (lost.kind == Kind::overdue) unknown.code = "job_overdue";
    unknown.detail = lost.why;
    return std::vector<model::Outcome>(members, unknown);
}

/// Durable before anything goes out. A member that leaves a list counts as gone from it from now on, however
/// this run ends: a pull must not take its absence for an opt-out.
awaitable<result<void>> mark_intent(const Delivery& with, store::BatchRow& row,
                                    const std::vector<spool::Record>& records) {
    const std::vector<std::int64_t> seqs{row.seq};
    const std::uint64_t list =
        row.group < 0 ? 0 : with.groups.layout.joined_by_upsert & std::uint64_t{1} << row.group;
    const auto mark = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto marked = store::mark_sending(db, row.run, seqs); !marked) return marked;
        for (const spool::Record& record : records) {
            if (list == 0 || record.kind != spool::Record::Kind::leave) continue;
            auto gone =
                store::clear_membership_before_removal(db, with.definition.export_id, record.member, list);
            if (!gone) return gone;
        }
        return transaction->commit();
    };
    ++row.sends;
    co_return co_await with.env.store->run(mark);
}

awaitable<result<void>> deliver_one(Phase& phase, store::BatchRow row) {
    const Delivery& with = phase.with;
    const bool upsert = row.kind == model::BatchKind::upsert;
    // Without updates every member is new to the list and cannot have left it.
    if (upsert && row.ticket.empty() && with.progress.run.planned.updated != 0)
        if (auto asked = co_await phase.refresh.before_upsert(); !asked) co_return asked.error();
    auto loaded = co_await load_batch(with.env, with.definition, with.groups, row);
    if (!loaded) co_return loaded.error();
    std::vector<Settled> settled = std::move(loaded->decided);
    if (loaded->records.empty()) co_return co_await end_batch(phase, row, std::move(settled));
    if (row.ticket.empty())
        if (auto marked = co_await mark_intent(with, row, loaded->records); !marked) co_return marked.error();
    auto answered = co_await send(phase, row, *loaded);
    if (!answered) co_return answered.error();
    if (upsert) phase.refresh.sent(loaded->records.size());
    if (answered->lost_job) {
        if (phase.only_tickets) co_return result<void>{};
        auto again = co_await requeue_lost_job(phase, row, *answered->lost_job);
        if (!again) co_return again.error();
        if (*again) co_return result<void>{};
        answered->outcomes = unknown_outcomes(loaded->records.size(), *answered->lost_job);
    }
    pair_up(std::move(*loaded), std::move(answered->outcomes), settled);
    co_return co_await end_batch(phase, row, std::move(settled));
}

awaitable<void> lane(Phase& phase) {
    while (!phase.waiting.empty() && !phase.failure) {
        if (auto allowed = phase.with.control.may_go_on(); !allowed) {
            phase.failure = allowed.error();
            co_return;
        }
        const store::BatchRow row = phase.waiting.front();
        phase.waiting.pop_front();
        auto delivered = co_await deliver_one(phase, row);
        if (!delivered && !phase.failure) phase.failure = delivered.error();
    }
}

awaitable<result<void>> deliver_all(Phase& phase) {
    if (phase.waiting.empty()) co_return result<void>{};
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
    if (phase.failure) co_return *phase.failure;
    co_return result<void>{};
}

}  // namespace

awaitable<result<std::vector<store::BatchRow>>> settle_tickets(Delivery delivery,
                                                               std::vector<store::BatchRow> batches) {
    Phase phase(delivery, SteadyTime{});
    phase.only_tickets = true;
    for (const store::BatchRow& batch : batches)
        if (!batch.ticket.empty()) phase.waiting.push_back(batch);
    if (auto done = co_await deliver_all(phase); !done) co_return done.error();
    std::erase_if(batches, [&](const store::BatchRow& b) { return phase.settled.contains(b.seq); });
    co_return batches;
}

awaitable<result<void>> deliver(Delivery delivery, std::vector<store::BatchRow> batches,
                                SteadyTime opt_outs_asked) {
    // A new contact must be there before it can be put into a group: one kind after the other.
    for (const auto kind : {model::BatchKind::upsert, model::BatchKind::membership}) {
        Phase phase(delivery, opt_outs_asked);
        for (const store::BatchRow& batch : batches)
            if (batch.kind == kind) phase.waiting.push_back(batch);
        if (auto done = co_await deliver_all(phase); !done) co_return done.error();
    }
    co_return result<void>{};
}

}  // namespace audienced::run
