#include "lifecycle.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>

namespace audienced::daemon {
namespace asio = boost::asio;

void ignore_sigpipe() {
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals(asio::any_io_executor executor) : set_(std::move(executor), SIGTERM, SIGINT, SIGHUP) {}

awaitable<void> Signals::watch(Actions actions) {
    co_await asio::this_coro::throw_if_cancelled(false);
    bool draining = false;
    for (;;) {
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec, signal] = co_await set_.async_wait(token);
        if (ec) co_return;
        if (signal == SIGHUP) {
            if (!draining) actions.reload();
        } else if (!draining) {
            draining = true;
            actions.drain(signal == SIGTERM ? "SIGTERM" : "SIGINT");
        } else {
            actions.stop_now();
        }
        // An action may have cancelled us; a wait begun after that would never end.
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) co_return;
    }
}

StopTimes stop_times(std::chrono::seconds drain_timeout) {
    using std::chrono::seconds;
    const seconds to_cut_off = std::clamp(drain_timeout / 10, seconds{1}, seconds{3});
    return {std::max(drain_timeout - to_cut_off, seconds{0}), std::max(drain_timeout, cut_off_time)};
}

awaitable<std::size_t> drain(aio::Time& time, Notify& notify, std::function<std::size_t()> under_way,
                             std::chrono::seconds timeout, std::string what) {
    constexpr std::chrono::milliseconds look{200};
    // Time after the drain itself: cancelling, closing the database, writing the log.
    constexpr std::chrono::seconds room{20};
    const Deadline end = time.steady() + timeout;
    Deadline extend_at = time.steady();
    for (;;) {
        const std::size_t left = under_way();
        const SteadyTime now = time.steady();
        if (left == 0 || now >= end) co_return left;
        if (now >= extend_at) {
            notify.extend_timeout(std::chrono::duration_cast<std::chrono::microseconds>(end - now + room));
            const std::string runs = std::to_string(left) + (left == 1 ? " run" : " runs");
            notify.status("stopping: waiting for " + (what.empty() ? runs : what));
            extend_at = now + std::chrono::seconds(5);
        }
        const Deadline next = std::min(end, now + look);
        const auto slept = co_await time.sleep_until(next);
        if (!slept) co_return left;
    }
}

}  // namespace audienced::daemon
