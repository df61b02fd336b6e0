#include "run/retention.hpp"

#include "log/events.hpp"
#include "store/audit.hpp"
#include "store/prune.hpp"
#include "store/query.hpp"

namespace audienced::run {

namespace {

result<std::string> oldest_run(store::Database& db) {
    std::string out = "{}";
    auto& query = db.prepare("SELECT min(id) FROM runs WHERE id IS NOT NULL");
    auto read = store::first_row(query, [&](const store::Statement& s) {
        if (!s.is_null(0)) out = "{\"oldest_run\":" + std::to_string(s.integer(0)) + "}";
    });
    if (!read) return read.error();
    return out;
}

/// One row of the audit for the whole pass. After a crash in it there is none for what it had removed.
result<void> note_pruned(store::Database& db, const vault::Vault& vault, SysTime now,
                         const std::string& oldest_before) {
    auto oldest = oldest_run(db);
    if (!oldest) return oldest.error();
    return store::add_own_audit(db, vault, now, "old runs and rejects removed", "retention", oldest_before,
                                *oldest);
}

}  // namespace

awaitable<result<void>> prune_old(Environment& env, Retention retention) {
    constexpr std::chrono::milliseconds pause{20};  // runs and status come first
    const SysTime now = env.time->now();
    const store::PruneBefore before{now - retention.runs, now - retention.rejects};
    const auto look = [](store::Database& db, const vault::Vault&) { return oldest_run(db); };
    auto oldest = co_await env.store->run(look);
    if (!oldest) co_return oldest.error();
    const auto step = [&](store::Database& db, const vault::Vault&) { return store::prune_step(db, before); };
    for (bool removed = false;; removed = true) {
        auto more = co_await env.store->run(step);
        if (!more) co_return more.error();
        const auto note = [&](store::Database& db, const vault::Vault& vault) {
            return note_pruned(db, vault, now, *oldest);
        };
        if (!*more && !removed) co_return result<void>{};
        if (!*more) co_return co_await env.store->run(note);
        if (auto slept = co_await env.time->sleep_for(pause); !slept) co_return slept;
    }
}

awaitable<void> keep_pruned(Environment& env, const Retention& retention) {
    // Not at once, when much else begins.
    for (std::chrono::minutes wait{5};; wait = std::chrono::hours(1)) {
        auto slept = co_await env.time->sleep_for(wait);
        if (!slept) co_return;
        auto pruned = co_await prune_old(env, retention);
        if (!pruned && pruned.error().code == Errc::cancelled) co_return;
        if (!pruned) env.log->write(log::store_trouble(pruned.error()));
    }
}

}  // namespace audienced::run
