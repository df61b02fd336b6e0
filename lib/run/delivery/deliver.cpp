#include "run/delivery/deliver.hpp"

#include <algorithm>
#include <deque>

#include "run/delivery/jobs.hpp"
#include "run/delivery/load_batch.hpp"
#include "run/delivery/opt_out_refresh.hpp"
#include "run/delivery/split_batch.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

constexpr int max_sends = 6;

/// The batches of one phase, and the first failure, which ends it.
struct Phase {
    explicit Phase(Context& c) : ctx(c), jobs(c), again(c) {}
    Context& ctx;
    std::deque<store::BatchRow> waiting;
    std::optional<Error> failure;
    Jobs jobs;
    OptOutRefresh again;
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

/// As it is stored now: consent may have been withdrawn meanwhile.
result<void> stop_connection(store::Database& db, const std::string& name, const std::string& why) {
    auto connection = store::get_connection(db, name);
    if (!connection) return connection.error();
    connection->state = model::ConnectionState::stopped;
    connection->state_reason = why;
    return store::update_connection(db, *connection);
}

/// An answer that shows a contact mailable that must not be stops the connection in the very transaction that
/// settles it: neither is ever stored without the other. Errors: then too, with what to do.
awaitable<result<void>> write_settled(Context& ctx, store::BatchRow row, std::vector<Settled> settled) {
    const SettleInput in = settle_input(ctx);
    const bool alarm =
        std::any_of(settled.begin(), settled.end(), [](const Settled& s) { return s.outcome.alarm; });
    const model::Connection& connection = ctx.session->connection;
    const std::string why = "run " + std::to_string(ctx.run.id) +
                            ": an answer of the provider showed a contact subscribed again who had left";
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (alarm)
            if (auto stopped = stop_connection(db, connection.name, why); !stopped) return stopped;
        if (auto done = settle(db, vault, in, row, settled); !done) return done;
        return transaction->commit();
    };
    auto written = co_await ctx.env.store->run(write);
    if (!written) co_return written.error();
    const auto counted = std::count_if(settled.begin(), settled.end(), [](const Settled& s) {
        return s.record.counted_as != model::CountedAs::none;
    });
    ctx.events.settled(static_cast<std::uint64_t>(counted));
    if (!alarm) co_return result<void>{};
    ctx.env.log->write(log::connection_stopped(connection.name, connection.provider, why));
    co_return make_error(
        Errc::refused, why,
        "look at the account, then `audiencectl connection consent " + connection.name + " --give`");
}

/// Either outcomes, or a job that ended without any.
struct Answered {
    std::vector<model::Outcome> outcomes;
    std::optional<provider::JobState> lost_job;
};

awaitable<result<Answered>> send(Phase& phase, store::BatchRow& row, LoadedBatch& loaded) {
    Context& ctx = phase.ctx;
    Answered out;
    if (row.ticket.empty()) {
        auto submitted = co_await ctx.session->provider->submit(loaded.batch);
        if (!submitted) co_return submitted.error();
        out.outcomes = std::move(submitted->outcomes);
        if (submitted->ticket.empty()) co_return out;
        row.ticket = print_job(submitted->ticket, loaded.left_out);
        const auto keep = [&](store::Database& db, const vault::Vault&) {
            return store::store_ticket(db, ctx.run.id, row.seq, row.ticket);
        };
        auto kept = co_await ctx.env.store->run(keep);
        if (!kept) co_return kept.error();
        ++ctx.traffic.provider_jobs;
    }
    // A job takes minutes, and its batch megabytes: read again when they are needed.
    loaded = LoadedBatch();
    const std::string ticket = parse_job(row.ticket).ticket;
    auto end = co_await phase.jobs.end_of(ticket);
    if (!end) co_return end.error();
    auto as_submitted = co_await load_batch(ctx, row);
    if (!as_submitted) co_return as_submitted.error();
    loaded = std::move(*as_submitted);
    if (end->kind != provider::JobState::Kind::finished) {
        out.lost_job = std::move(*end);
        co_return out;
    }
    auto outcomes = co_await ctx.session->provider->collect(ticket, loaded.batch);
    if (!outcomes) co_return outcomes.error();
    out.outcomes = std::move(*outcomes);
    co_return out;
}

/// A failed job is sent again in halves, a vanished one as it is, both a few times; how far
/// it came is unknown, and sending again is harmless. One that a person cancelled had a reason, and one that
/// hangs may move yet: those are left to the next run. true: it goes round once more.
awaitable<result<bool>> requeue_lost_job(Phase& phase, store::BatchRow row, const provider::JobState& lost) {
    using Kind = provider::JobState::Kind;
    if (lost.kind == Kind::cancelled || lost.kind == Kind::overdue || row.sends >= max_sends) co_return false;
    if (lost.kind == Kind::failed && row.members + row.leavers > 1) {
        auto halves = co_await split_batch(phase.ctx, row);
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

/// Durable before anything goes out. Leavers of a list count as gone from it from now on, however this run
/// ends: a pull must not read their absence as their own wish.
awaitable<result<void>> mark_intent(Context& ctx, store::BatchRow& row,
                                    const std::vector<spool::Record>& records) {
    const std::vector<std::int64_t> seqs{row.seq};
    const std::uint64_t list =
        row.group < 0 ? 0 : ctx.layout.joined_by_upsert & std::uint64_t{1} << row.group;
    const auto mark = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto marked = store::mark_sending(db, ctx.run.id, seqs); !marked) return marked;
        for (const spool::Record& record : records)
            if (list != 0 && record.kind == spool::Record::Kind::leave)
                if (auto gone =
                        store::clear_membership_before_removal(db, ctx.export_id, record.member, list);
                    !gone)
                    return gone;
        return transaction->commit();
    };
    ++row.sends;
    co_return co_await ctx.env.store->run(mark);
}

awaitable<result<void>> deliver_one(Phase& phase, store::BatchRow row) {
    Context& ctx = phase.ctx;
    const bool upsert = row.kind == model::BatchKind::upsert;
    if (upsert && row.ticket.empty())
        if (auto looked = co_await phase.again.before_upsert(); !looked) co_return looked.error();
    auto loaded = co_await load_batch(ctx, row);
    if (!loaded) co_return loaded.error();
    std::vector<Settled> settled = std::move(loaded->decided);
    if (loaded->records.empty()) co_return co_await write_settled(ctx, row, std::move(settled));
    if (row.ticket.empty())
        if (auto marked = co_await mark_intent(ctx, row, loaded->records); !marked) co_return marked.error();
    auto answered = co_await send(phase, row, *loaded);
    if (!answered) co_return answered.error();
    if (upsert) phase.again.sent(loaded->records.size());
    if (answered->lost_job) {
        if (phase.only_tickets) co_return result<void>{};
        auto again = co_await requeue_lost_job(phase, row, *answered->lost_job);
        if (!again) co_return again.error();
        if (*again) co_return result<void>{};
        answered->outcomes = unknown_outcomes(loaded->records.size(), *answered->lost_job);
    }
    pair_up(std::move(*loaded), std::move(answered->outcomes), settled);
    co_return co_await write_settled(ctx, row, std::move(settled));
}

awaitable<void> lane(Phase& phase) {
    while (!phase.waiting.empty() && !phase.failure) {
        if (auto allowed = phase.ctx.may_go_on(); !allowed) {
            phase.failure = allowed.error();
            co_return;
        }
        const store::BatchRow row = phase.waiting.front();
        phase.waiting.pop_front();
        auto delivered = co_await deliver_one(phase, row);
        if (!delivered && !phase.failure) phase.failure = delivered.error();
    }
}

awaitable<result<void>> deliver_phase(Context& ctx, std::vector<store::BatchRow> batches,
                                      bool only_tickets = false) {
    if (batches.empty()) co_return result<void>{};
    Phase phase(ctx);
    phase.only_tickets = only_tickets;
    phase.waiting.assign(batches.begin(), batches.end());
    const std::size_t lanes = std::min<std::size_t>(ctx.limits.batches_at_once, batches.size());
    aio::TaskGroup group(ctx.env.io, [&](const std::string& name, const std::string& what) {
        ctx.env.log->write(log::internal_error(name, what));
        if (!phase.failure) phase.failure = make_error(Errc::bug, "a lane ended: " + what);
    });
    ctx.lanes = &group;
    for (std::size_t i = 0; i < lanes; ++i) group.spawn("deliver", lane(phase));
    co_await group.wait();
    ctx.lanes = nullptr;
    if (phase.failure) co_return *phase.failure;
    co_return result<void>{};
}

}  // namespace

awaitable<result<void>> settle_tickets(Context& ctx) {
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::unsettled_batches(db, ctx.run.id);
    };
    auto batches = co_await ctx.env.store->run(load);
    if (!batches) co_return batches.error();
    std::erase_if(*batches, [](const store::BatchRow& b) { return b.ticket.empty(); });
    co_return co_await deliver_phase(ctx, std::move(*batches), true);
}

awaitable<result<void>> deliver(Context& ctx) {
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::unsettled_batches(db, ctx.run.id);
    };
    auto batches = co_await ctx.env.store->run(load);
    if (!batches) co_return batches.error();
    // A new contact must be there before it can be put into a group: one kind after the other.
    const auto take = [&](auto wanted) {
        std::vector<store::BatchRow> some;
        std::copy_if(batches->begin(), batches->end(), std::back_inserter(some), wanted);
        return some;
    };
    auto upserts = take([](const store::BatchRow& b) { return b.kind == model::BatchKind::upsert; });
    if (auto done = co_await deliver_phase(ctx, std::move(upserts)); !done) co_return done.error();
    auto memberships = take([](const store::BatchRow& b) { return b.kind == model::BatchKind::membership; });
    co_return co_await deliver_phase(ctx, std::move(memberships));
}

}  // namespace audienced::run
