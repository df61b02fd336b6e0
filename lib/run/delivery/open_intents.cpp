#include "run/delivery/open_intents.hpp"

#include "run/delivery/jobs.hpp"
#include "run/delivery/settle_input.hpp"
#include "run/delivery/write_settled.hpp"
#include "store/acts.hpp"
#include "store/intents.hpp"

namespace audienced::run {
namespace {

struct OpenIntent {
    SettleInput input;
    std::vector<Settled> records;
};

class OpenIntents {
public:
    explicit OpenIntents(const Delivery& with)
        : with_(with),
          provider_(*with.definition.session->provider),
          jobs_(with.env, provider_, with.progress, with.control) {}

    awaitable<result<void>> run() {
        const auto list = [&](store::Database& db, const vault::Vault&) {
            return store::list_intents(db, with_.definition.destination);
        };
        auto listed = co_await with_.env.store->run(list);
        if (!listed) co_return listed.error();
        intents_ = std::move(*listed);
        for (store::Intent& intent : intents_) {
            if (auto allowed = with_.control.may_go_on(); !allowed) co_return allowed.error();
            auto done = co_await one(intent);
            if (!done) co_return done.error();
        }
        co_return result<void>{};
    }

private:
    awaitable<result<void>> one(store::Intent& intent) {
        const bool by_jobs = with_.definition.limits.by_jobs;
        const bool lost = intent.ticket.empty() && by_jobs && intent.kind == model::BatchKind::upsert;
        // A job of the same size could be one of the time that a restore lost.
        if (lost && !intent.restored) {
            auto found = co_await find_lost(intent);
            if (!found) co_return found.error();
            // The provider has no such job: nothing of it was taken.
            if (intent.ticket.empty()) co_return co_await drop(intent);
        }
        if (intent.ticket.empty()) co_return co_await close(intent);
        auto end = co_await jobs_.end_of(intent.ticket);
        if (!end) co_return end.error();
        if (end->kind == provider::JobState::Kind::overdue)
            co_return retryable(Errc::timeout, end->why,
                                "nothing is sent to this destination before it ends; look at the account");
        if (end->kind != provider::JobState::Kind::finished) co_return co_await close(intent);
        co_return co_await collect(intent);
    }

    awaitable<result<void>> find_lost(store::Intent& intent) {
        provider::LostJob job;
        job.destination = with_.definition.settings.destination;
        job.rows = intent.rows;
        if (intent.sent_after) job.not_before = *intent.sent_after;
        // An import of the same size may have ended a moment ago.
        const auto known = [&](store::Database& db, const vault::Vault&) {
            constexpr std::size_t enough = 1'000;  // more than a provider keeps in its queue
            return store::recent_tickets(db, with_.definition.destination, enough);
        };
        auto ended = co_await with_.env.store->run(known);
        if (!ended) co_return ended.error();
        job.other_tickets = std::move(*ended);
        for (const store::Intent& other : intents_)
            if (!other.ticket.empty()) job.other_tickets.push_back(other.ticket);
        auto ticket = co_await provider_.find_lost_job(std::move(job));
        if (!ticket) co_return ticket.error();
        intent.ticket = std::move(*ticket);
        if (intent.ticket.empty()) co_return result<void>{};
        const auto keep = [&](store::Database& db, const vault::Vault&) {
            return store::set_ticket(db, intent.id, intent.ticket);
        };
        co_return co_await with_.env.store->run(keep);
    }

    awaitable<result<OpenIntent>> load(const store::Intent& intent) {
        const SysTime now = with_.env.time->now();
        const auto read = [&](store::Database& db, const vault::Vault& vault) -> result<OpenIntent> {
            OpenIntent out;
            auto input = settle_input(db, intent, now);
            if (!input) return input.error();
            out.input = std::move(*input);
            out.input.reject_tries = with_.env.reject_tries;
            auto bytes = store::intent_records(db, vault, intent.id);
            if (!bytes) return bytes.error();
            auto records = parse_intent(*bytes);
            if (!records) return records.error();
            out.records = std::move(*records);
            return out;
        };
        co_return co_await with_.env.store->run(read);
    }

    awaitable<result<void>> collect(const store::Intent& intent) {
        auto open = co_await load(intent);
        if (!open) co_return open.error();
        const model::Batch batch =
            batch_of(open->input, with_.definition.settings.destination, open->records);
        auto outcomes = co_await provider_.collect(intent.ticket, batch);
        if (!outcomes) co_return outcomes.error();
        outcomes->resize(batch.members.size() + batch.leavers.size());
        for (std::size_t i = 0; i < outcomes->size(); ++i)
            open->records[i].outcome = std::move((*outcomes)[i]);
        co_return co_await write_settled(with_, std::move(open->input), std::move(open->records));
    }

    awaitable<result<void>> close(const store::Intent& intent) {
        auto open = co_await load(intent);
        if (!open) co_return open.error();
        const auto write = [&](store::Database& db, const vault::Vault& vault) {
            return close_unclear(db, vault, open->input, open->records);
        };
        co_return co_await with_.env.store->run(write);
    }

    awaitable<result<void>> drop(const store::Intent& intent) {
        const auto write = [&](store::Database& db, const vault::Vault&) {
            return store::remove_intent(db, intent.id);
        };
        co_return co_await with_.env.store->run(write);
    }

    const Delivery& with_;
    provider::Provider& provider_;
    Jobs jobs_;
    std::vector<store::Intent> intents_;
};

}  // namespace

model::Batch batch_of(const SettleInput& in, const std::string& destination,
                      const std::vector<Settled>& records) {
    model::Batch batch;
    batch.kind = in.kind;
    batch.destination = destination;
    batch.group = {in.group.id, in.group.title};
    for (const Settled& s : records) {
        if (!s.called) continue;
        model::Member member;
        member.address = s.record.sent.address;
        member.known = s.record.sent.known;
        (s.record.kind == spool::Record::Kind::leave ? batch.leavers : batch.members)
            .push_back(std::move(member));
    }
    return batch;
}

awaitable<result<void>> settle_open_intents(const Delivery& delivery) {
    OpenIntents open(delivery);
    co_return co_await open.run();
}

}  // namespace audienced::run
