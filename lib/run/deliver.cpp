#include "run/deliver.hpp"

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <deque>

#include "run/jobs.hpp"
#include "run/load_batch.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

/// The batches of one phase, and the first failure, which ends it.
struct Phase {
    explicit Phase(Context& c) : ctx(c), jobs(c) {}
    Context& ctx;
    std::deque<store::BatchRow> waiting;
    std::optional<Error> failure;
    Jobs jobs;
};

/// One outcome per record, whatever the provider gave.
std::vector<Settled> pair_up(std::vector<plan::SpoolRecord> records, std::vector<model::Outcome> outcomes) {
    std::vector<Settled> out;
    outcomes.resize(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        Settled s;
        s.record = std::move(records[i]);
        s.outcome = std::move(outcomes[i]);
        out.push_back(std::move(s));
    }
    return out;
}

awaitable<result<void>> write_settled(Context& ctx, store::BatchRow row, std::vector<Settled> settled) {
    const SettleInput in = settle_input(ctx);
    const auto write = [&](store::Database& db, const vault::Vault& vault) { return settle(db, vault, in, row, settled); };
    auto written = co_await ctx.env.store->run(write);
    if (!written) co_return written.error();
    const auto counted = std::count_if(settled.begin(), settled.end(), [](const Settled& s) { return s.record.counts != 0; });
    ctx.story.waiting({});
    ctx.story.settled(static_cast<std::uint64_t>(counted));
    co_return result<void>{};
}

/// An answer shows somebody mailed who must not be: the connection stops itself and says so.
awaitable<result<void>> stop_connection(Context& ctx) {
    model::Connection connection = ctx.session->connection;
    connection.state = model::ConnectionState::stopped;
    connection.state_reason = "run " + std::to_string(ctx.run.id) +
                              ": an answer of the provider showed a contact subscribed again who had left";
    const auto save = [&](store::Database& db, const vault::Vault&) { return store::update_connection(db, connection); };
    auto saved = co_await ctx.env.store->run(save);
    ctx.env.log->write(log::connection_stopped(connection.name, connection.provider, connection.state_reason));
    if (!saved) co_return saved.error();
    co_return make_error(Errc::refused, connection.state_reason,
                         "look at the account, then `audiencectl connection test " + connection.name + "`");
}

awaitable<result<std::vector<model::Outcome>>> outcomes_of(Phase& phase, store::BatchRow& row, const model::Batch& batch) {
    Context& ctx = phase.ctx;
    std::string ticket = row.ticket;
    if (ticket.empty()) {
        auto submitted = co_await ctx.session->provider->submit(batch);
        if (!submitted) co_return submitted.error();
        if (submitted->ticket.empty()) co_return std::move(submitted->outcomes);
        ticket = submitted->ticket;
        const auto keep = [&](store::Database& db, const vault::Vault&) {
            return store::store_ticket(db, ctx.run.id, row.seq, ticket);
        };
        auto kept = co_await ctx.env.store->run(keep);
        if (!kept) co_return kept.error();
        ++ctx.traffic.provider_jobs;
    }
    co_return co_await phase.jobs.outcomes(ticket, batch);
}

awaitable<result<void>> deliver_one(Phase& phase, store::BatchRow row) {
    Context& ctx = phase.ctx;
    auto loaded = co_await load_batch(ctx, row);
    if (!loaded) co_return loaded.error();
    std::vector<Settled> settled = std::move(loaded->decided);
    if (!loaded->records.empty()) {
        if (row.ticket.empty()) {
            const std::vector<std::int64_t> seqs{row.seq};
            const auto mark = [&](store::Database& db, const vault::Vault&) {
                return store::mark_sending(db, ctx.run.id, seqs);
            };
            auto marked = co_await ctx.env.store->run(mark);
            if (!marked) co_return marked.error();
        }
        auto outcomes = co_await outcomes_of(phase, row, loaded->batch);
        if (!outcomes) co_return outcomes.error();
        const bool alarm = std::any_of(outcomes->begin(), outcomes->end(), [](const model::Outcome& o) { return o.alarm; });
        for (Settled& s : pair_up(std::move(loaded->records), std::move(*outcomes))) settled.push_back(std::move(s));
        auto written = co_await write_settled(ctx, row, std::move(settled));
        if (!written) co_return written.error();
        if (alarm) co_return co_await stop_connection(ctx);
        co_return result<void>{};
    }
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

awaitable<result<void>> deliver_phase(Context& ctx, std::vector<store::BatchRow> batches) {
    if (batches.empty()) co_return result<void>{};
    Phase phase(ctx);
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

awaitable<result<void>> deliver(Context& ctx) {
    const auto load = [&](store::Database& db, const vault::Vault&) { return store::unsettled_batches(db, ctx.run.id); };
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
