#include "run/schedule_book.hpp"

#include "log/events.hpp"
#include "run/session.hpp"
#include "store/definitions.hpp"
#include "store/retries.hpp"
#include "store/runs.hpp"
#include "store/schedules.hpp"
#include "store/subject_states.hpp"

namespace audienced::run {
namespace {

constexpr std::string_view refresh_key = "refresh", export_prefix = "export:";

result<schedule::Entry> entry(store::Database& db, std::string key, std::string calendar,
                              std::string timezone) {
    schedule::Entry e;
    auto served = store::last_served(db, key);
    if (!served) return served.error();
    e.key = std::move(key);
    e.calendar = std::move(calendar);
    e.timezone = std::move(timezone);
    e.last_served = *served;
    return e;
}

result<std::vector<schedule::Entry>> load_entries(store::Database& db) {
    std::vector<schedule::Entry> out;
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    if (*refresh) {
        auto e = entry(db, std::string(refresh_key), (**refresh).calendar, (**refresh).timezone);
        if (!e) return e.error();
        out.push_back(std::move(*e));
    }
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    for (const model::Export& x : *exports) {
        if (!x.enabled || x.connection.empty() || x.schedule == "refresh" || x.schedule == "manual") continue;
        auto e = entry(db, std::string(export_prefix) + x.name, x.schedule, x.timezone);
        if (!e) return e.error();
        out.push_back(std::move(*e));
    }
    return out;
}

bool belongs(const model::Export& x, const std::string& key) {
    if (!x.enabled || x.connection.empty()) return false;
    return key == refresh_key ? x.schedule == refresh_key : key == std::string(export_prefix) + x.name;
}

result<model::Run> queue_scheduled(store::Database& db, const std::string& export_name, SysTime now) {
    model::Run run;
    run.export_name = export_name;
    run.trigger = model::Trigger::schedule;
    run.queued_at = now;
    run.requested_by = "schedule";
    auto id = store::queue_run(db, run);
    if (!id) return id.error();
    run.id = *id;
    return run;
}

/// An export that was removed, disabled, detached or given another schedule since is left alone, as is one
/// whose connection waits for a person.
result<bool> may_try_again(store::Database& db, const std::string& export_name) {
    auto definition = store::get_export(db, export_name);
    if (!definition && definition.error().code == Errc::not_found) return false;
    if (!definition) return definition.error();
    if (!definition->enabled || definition->connection.empty() || definition->schedule == "manual")
        return false;
    auto connection = store::get_connection(db, definition->connection);
    if (!connection) return connection.error();
    return may_run(*connection).has_value();
}

result<std::vector<model::Run>> queue_retries(store::Database& db, SysTime now) {
    // Longer than any wait: a retry that lies further ahead was planned by another clock.
    constexpr std::chrono::hours trusted{2};
    auto due = store::due_retries(db, now, now + trusted);
    if (!due) return due.error();
    std::vector<model::Run> out;
    if (due->empty()) return out;
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    for (store::Retry& retry : *due) {
        auto allowed = may_try_again(db, retry.export_name);
        if (!allowed) return allowed.error();
        if (!*allowed) {
            if (auto removed = store::remove_retry(db, retry.export_name); !removed) return removed.error();
            continue;
        }
        auto run = queue_scheduled(db, retry.export_name, now);
        if (!run) return run.error();
        retry.run = run->id;
        retry.due.reset();
        if (auto put = store::put_retry(db, retry); !put) return put.error();
        out.push_back(std::move(*run));
    }
    if (auto committed = transaction->commit(); !committed) return committed.error();
    return out;
}

struct Started {
    std::vector<model::Run> queued;
    std::vector<std::pair<std::string, std::string>> left_out;  // export, why
};

/// Every enabled export of the schedule, in name order; one that cannot run keeps no other from running.
result<Started> queue_due(store::Database& db, const std::string& key, SysTime due, SysTime now) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    auto newest = store::newest_run(db);
    if (!newest) return newest.error();
    Started out;
    std::vector<model::RoundEntry> round;
    for (const model::Export& x : *exports) {
        if (!belongs(x, key)) continue;
        auto connection = store::get_connection(db, x.connection);
        if (!connection) return connection.error();
        if (auto allowed = may_run(*connection); !allowed) {
            out.left_out.emplace_back(x.name, allowed.error().text());
            round.push_back({x.name, *newest});
            continue;
        }
        auto run = queue_scheduled(db, x.name, now);
        if (!run) return run.error();
        round.push_back({x.name, run->id - 1});
        out.queued.push_back(std::move(*run));
        // This start stands in the place of what was to be tried again.
        if (auto removed = store::remove_retry(db, x.name); !removed) return removed.error();
    }
    if (key == refresh_key)
        if (auto begun = store::begin_round(db, round); !begun) return begun.error();
    if (auto served = store::set_last_served(db, key, due); !served) return served.error();
    if (auto committed = transaction->commit(); !committed) return committed.error();
    return out;
}

}  // namespace

awaitable<result<std::vector<schedule::Entry>>> ScheduleBook::load() {
    const auto read = [](store::Database& db, const vault::Vault&) { return load_entries(db); };
    co_return co_await env_.store->run(read);
}

awaitable<result<void>> ScheduleBook::fire(std::string key, SysTime due) {
    const SysTime now = env_.time->now();
    const auto queue = [&](store::Database& db, const vault::Vault&) { return queue_due(db, key, due, now); };
    auto started = co_await env_.store->run(queue);
    if (!started) co_return started.error();
    for (const model::Run& run : started->queued) tell(run);
    for (const auto& [name, why] : started->left_out) env_.log->write(log::run_overdue(name, due, why));
    queue_.wake();
    co_return result<void>{};
}

awaitable<result<void>> ScheduleBook::pass_over(std::string key, SysTime at) {
    const auto write = [&](store::Database& db, const vault::Vault&) {
        return store::set_last_served(db, key, at);
    };
    co_return co_await env_.store->run(write);
}

awaitable<result<void>> ScheduleBook::look(SysTime now) {
    const auto queue = [&](store::Database& db, const vault::Vault&) { return queue_retries(db, now); };
    auto queued = co_await env_.store->run(queue);
    if (!queued) co_return queued.error();
    for (const model::Run& run : *queued) tell(run);
    if (!queued->empty()) queue_.wake();
    co_return result<void>{};
}

void ScheduleBook::tell(const model::Run& queued) {
    env_.log->write(log::run_queued(log::run_ref(queued), queued.trigger, queued.requested_by));
}

void ScheduleBook::missed(const std::string& key, SysTime due) {
    env_.log->write(log::schedule_missed(key, due));
}

void ScheduleBook::trouble(const std::string& key, const Error& error) {
    const bool full = error.code == Errc::store_full;
    env_.log->write(key.empty() || full ? log::store_trouble(error) : log::schedule_invalid(key, error));
}

}  // namespace audienced::run
