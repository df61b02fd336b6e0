#include "watchdog.hpp"

#include <boost/asio/this_coro.hpp>

#include "aio/with_deadline.hpp"

namespace audienced::daemon {
namespace asio = boost::asio;

awaitable<void> beat_while_healthy(aio::Time& time, Notify& notify, const HealthCheck& check) {
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto within = Notify::watchdog();
    if (!within) co_return;
    const auto interval = *within / 3;
    for (;;) {
        const Deadline next = time.steady() + interval;
        auto checking = check();
        const auto healthy = co_await aio::with_deadline(time, next, std::move(checking));
        if (healthy)
            notify.beat();
        else if (healthy.error().code != Errc::cancelled)
            notify.status("not healthy: " + healthy.error().message);
        (void)co_await time.sleep_until(next);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) co_return;
    }
}

}  // namespace audienced::daemon
