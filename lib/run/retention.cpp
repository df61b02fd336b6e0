#include "run/retention.hpp"

#include "log/events.hpp"
#include "store/prune.hpp"

namespace audienced::run {

awaitable<result<void>> prune_old(Environment& env, Retention retention) {
    constexpr std::chrono::milliseconds pause{20};  // runs and status come first
    const SysTime now = env.time->now();
    const store::PruneBefore before{now - retention.runs, now - retention.rejects};
    const auto step = [&](store::Database& db, const vault::Vault&) { return store::prune_step(db, before); };
    for (;;) {
        auto more = co_await env.store->run(step);
        if (!more) co_return more.error();
        if (!*more) co_return result<void>{};
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
