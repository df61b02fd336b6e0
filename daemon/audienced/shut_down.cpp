// How the daemon ends: in order, cut short, or as it stands.
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app_parts.hpp"

namespace audienced::daemon {

/// What is being told gets to its end, which its way bounds; the rest is told after the next start.
awaitable<void> App::end_notifications() {
    notify::Notifier& notifier = notifications_.notifier();
    const SteadyTime now = time_.steady();
    if (!notifier.is_sending() || notifier.sending_until() <= now) co_return;
    const auto left = std::chrono::ceil<std::chrono::seconds>(notifier.sending_until() - now);
    auto sending = [&notifier] { return notifier.is_sending() ? std::size_t{1} : std::size_t{0}; };
    (void)co_await drain(time_, notify_, sending, left, "a notification");
}

awaitable<void> App::shut_down(std::string why) {
    const StopTimes times = stop_times(config_.drain_timeout);
    notify::Notifier& notifier = notifications_.notifier();
    notifier.stop();
    SteadyTime at_most = time_.steady() + times.at_most;
    if (notifier.is_sending()) at_most = std::max(at_most, notifier.sending_until() + cut_off_time);
    last_resort_.arm(at_most, 0);
    notify_.stopping("stopping");
    log_.write(log::daemon_stopping(why, queue_.under_way()));
    server_.stop();
    queue_.drain();
    auto under_way = [this] { return queue_.under_way(); };
    const std::size_t left = co_await drain(time_, notify_, under_way, times.drain);
    if (left != 0) {
        log_.write(log::daemon_drain_expired(left, times.drain));
        queue_.abort();
    }
    co_await end_notifications();
    service_.cancel();
    co_await service_.wait();
    co_await live_.close_sign_ins();
    co_await sign_ins_.close();
    http_->close();
    background_.cancel();
}

/// Coroutines end before what they use is destroyed: a context that is stopped in the middle would destroy
/// their frames after it, and in no order. What does not end in time is left to the last resort.
void App::stop_now() {
    const bool again = std::exchange(exit_, 1) != 0;
    last_resort_.arm(time_.steady() + (again ? std::chrono::seconds{0} : cut_off_time), 1);
    queue_.abort();
    service_.cancel();
}

/// The end without destructors, where they would wait for ever or free what is in use: a read hangs in the
/// kernel, or the second signal cut tasks off in the middle. Nothing is lost by it, since the daemon has to
/// come up from a kill at any instruction: what is committed is on the disk, and the next start takes the
/// socket and the spool over.
void App::leave_as_it_stands() {
    if (const std::size_t hanging = source_threads_.under_way(); hanging != 0)
        std::fprintf(stderr, "audienced: %zu reads of sources hang in the system and are not waited for\n",
                     hanging);
    if (exit_ == 0) {
        const auto nothing = [](store::Database&, const vault::Vault&) { return true; };
        (void)store_.run_blocking(nothing);  // what it has begun is committed
    }
    plain_log_.flush(std::chrono::seconds(2));
    ::_exit(exit_);
}

}  // namespace audienced::daemon
