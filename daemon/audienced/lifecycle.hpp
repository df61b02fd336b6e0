// Signals and shutdown: the first SIGTERM or SIGINT drains, the second cuts the drain short, SIGHUP reads the
// configuration again.
#pragma once

#include <boost/asio/signal_set.hpp>
#include <functional>

#include "aio/time.hpp"
#include "notify.hpp"

namespace audienced::daemon {

/// To be called first in main: a closed pipe becomes an error of write(), not the end of the process.
void ignore_sigpipe();

struct Actions {
    std::function<void()> reload;                     // SIGHUP, as long as no drain began
    std::function<void(std::string_view why)> drain;  // once
    std::function<void()> stop_now;  // the second of SIGTERM and SIGINT, and each one after it
};

/// Takes the signals from its construction on, so that none is lost before watch() begins. Io thread only.
class Signals {
public:
    explicit Signals(boost::asio::any_io_executor executor);
    /// Until cancelled; then returns without an exception.
    awaitable<void> watch(Actions actions);

private:
    boost::asio::signal_set set_;
};

/// How a stop spends its time.
struct StopTimes {
    std::chrono::seconds drain;    // runs reach a checkpoint by themselves
    std::chrono::seconds at_most;  // the whole stop: what is cut off after the drain ends too
};
StopTimes stop_times(std::chrono::seconds drain_timeout);
/// From a second signal to the end.
inline constexpr std::chrono::seconds cut_off_time{2};

/// Waits until `under_way` gives 0, at most `timeout`, asking the service manager for time as it goes. What
/// is still under way at the end (0 if nothing is) is the caller's to cut off. `what`: for the status, in
/// place of the number of runs.
awaitable<std::size_t> drain(aio::Time& time, Notify& notify, std::function<std::size_t()> under_way,
                             std::chrono::seconds timeout, std::string what = {});

}  // namespace audienced::daemon
