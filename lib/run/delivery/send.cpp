#include "run/delivery/send.hpp"

#include <algorithm>

#include "run/delivery/open_intents.hpp"
#include "run/delivery/settle_input.hpp"
#include "store/destinations.hpp"
#include "store/forgotten.hpp"
#include "store/intents.hpp"
#include "store/permission.hpp"

namespace audienced::run {
namespace {

/// An address that was forgotten after the batch was loaded is not sent.
result<void> check_not_forgotten(store::Database& db, const std::vector<Settled>& records) {
    auto forgotten = store::forgotten_members(db);
    if (!forgotten) return forgotten.error();
    if (forgotten->empty()) return {};
    for (const Settled& s : records)
        if (s.called && std::binary_search(forgotten->begin(), forgotten->end(), s.record.member))
            return make_error(Errc::stale, "an address of the batch was forgotten");
    return {};
}

awaitable<result<std::int64_t>> begin(const Delivery& with, store::BatchRow row, const LoadedBatch& loaded) {
    const RunDefinition& definition = with.definition;
    store::Intent intent;
    intent.destination = definition.destination;
    intent.export_id = definition.export_id;
    intent.run = row.run;
    intent.seq = row.seq;
    intent.kind = row.kind;
    if (row.group >= 0) intent.group = with.groups.groups[static_cast<std::size_t>(row.group)].no;
    intent.rows = definition.session->provider->rows_of_call(loaded.batch);
    const std::string records = print_intent(loaded.records, definition.limits.by_jobs);
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<std::int64_t> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto allowed = store::check_permission(db, definition.permission); !allowed)
            return allowed.error();
        if (auto whole = check_not_forgotten(db, loaded.records); !whole) return whole.error();
        auto state = store::get_pull_state(db, definition.destination);
        if (!state) return state.error();
        intent.sent_after = state->began;
        if (auto marked = store::mark_sending(db, row.run, {row.seq}); !marked) return marked.error();
        auto id = store::put_intent(db, vault, intent, records);
        if (!id) return id;
        if (auto done = transaction->commit(); !done) return done.error();
        return id;
    };
    co_return co_await with.env.store->run(write);
}

/// The outcomes of the call, in the order of its records.
std::vector<Settled> with_outcomes(std::vector<Settled> records, std::size_t called,
                                   std::vector<model::Outcome> outcomes) {
    outcomes.resize(called);
    for (std::size_t i = 0; i < called; ++i) records[i].outcome = std::move(outcomes[i]);
    return records;
}

awaitable<result<std::vector<Settled>>> stored_records(const Delivery& with, std::int64_t intent) {
    const auto read = [&](store::Database& db, const vault::Vault& vault) -> result<std::vector<Settled>> {
        auto bytes = store::intent_records(db, vault, intent);
        if (!bytes) return bytes.error();
        return parse_intent(*bytes);
    };
    co_return co_await with.env.store->run(read);
}

awaitable<result<void>> close_lost_job(const Delivery& with, store::BatchRow row, std::int64_t intent,
                                       std::vector<Settled> records) {
    const SettleInput in = settle_input(with, row, intent);
    const auto write = [&](store::Database& db, const vault::Vault& vault) {
        return close_unclear(db, vault, in, records);
    };
    co_return co_await with.env.store->run(write);
}

awaitable<result<Sent>> wait_for_job(const Delivery& with, Jobs& jobs, store::BatchRow row,
                                     std::int64_t intent, std::string ticket) {
    const auto keep = [&](store::Database& db, const vault::Vault&) {
        return store::set_ticket(db, intent, ticket);
    };
    if (auto kept = co_await with.env.store->run(keep); !kept) co_return kept.error();
    ++with.progress.traffic.provider_jobs;
    auto end = co_await jobs.end_of(ticket);
    if (!end) co_return end.error();
    Sent out;
    out.intent = intent;
    out.ticket = ticket;
    using JobKind = provider::JobState::Kind;
    if (end->kind == JobKind::overdue) {
        out.overdue =
            retryable(Errc::timeout, end->why, "the next run to this destination waits for it first");
        co_return out;
    }
    auto records = co_await stored_records(with, intent);
    if (!records) co_return records.error();
    if (end->kind != JobKind::finished) {
        out.lost_job = std::move(*end);
        out.settled = std::move(*records);
        if (auto closed = co_await close_lost_job(with, row, intent, out.settled); !closed)
            co_return closed.error();
        co_return out;
    }
    const SettleInput in = settle_input(with, row, intent);
    const model::Batch batch = batch_of(in, with.definition.settings.destination, *records);
    auto outcomes = co_await with.definition.session->provider->collect(ticket, batch);
    if (!outcomes) co_return outcomes.error();
    out.settled =
        with_outcomes(std::move(*records), batch.members.size() + batch.leavers.size(), std::move(*outcomes));
    co_return out;
}

}  // namespace

awaitable<result<Sent>> send_batch(const Delivery& with, Jobs& jobs, store::BatchRow row,
                                   LoadedBatch loaded) {
    auto intent = co_await begin(with, row, loaded);
    if (!intent) co_return intent.error();
    if (auto allowed = with.control.may_write(); !allowed) co_return allowed.error();
    auto submitted = co_await with.definition.session->provider->submit(loaded.batch);
    if (!submitted) co_return submitted.error();
    if (!submitted->ticket.empty()) {
        loaded = LoadedBatch();  // a job takes minutes, and its batch megabytes
        co_return co_await wait_for_job(with, jobs, row, *intent, std::move(submitted->ticket));
    }
    Sent out;
    out.intent = *intent;
    out.settled = with_outcomes(std::move(loaded.records), loaded.called, std::move(submitted->outcomes));
    co_return out;
}

}  // namespace audienced::run
