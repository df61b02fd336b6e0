#include "watchdog.hpp"

#include <boost/asio/this_coro.hpp>

#include "aio/with_deadline.hpp"

namespace audienced::daemon {
namespace asio = boost::asio;

namespace {
awaitable<bool> is_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}
}  // namespace

awaitable<void> beat_while_healthy(aio::Time& time, Notify& notify, const HealthCheck& check) {
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto within = Notify::watchdog();
    if (!within) co_return;
    const auto interval = *within / 3;
    for (;;) {
        const Deadline next = time.steady() + interval;
        auto checking = check();
        const auto healthy = co_await aio::with_deadline(time, next, std::move(checking));
        if (co_await is_cancelled()) co_return;
        if (healthy)
            notify.beat();
        else
            notify.status("not healthy: " + healthy.error().message);
        (void)co_await time.sleep_until(next);
        if (co_await is_cancelled()) co_return;
    }
}

}  // namespace audienced::daemon
