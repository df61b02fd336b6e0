// "Something happened": wakes every waiter. A queue plus an Event replaces Asio's channels, which in
// this version lose what was buffered when they are closed.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "aio/awaitable.hpp"
#include "base/clock.hpp"

namespace audienced::aio {

/// Io thread only.
class Event {
public:
    explicit Event(const boost::asio::any_io_executor& executor) : timer_(executor, SteadyTime::max()) {}
    void notify_all() { timer_.cancel(); }
    /// Returns at the next notify_all(), or with Errc::cancelled if the waiter itself was cancelled.
    awaitable<result<void>> wait();

private:
    boost::asio::steady_timer timer_;
};

}  // namespace audienced::aio
