// Clock and sleep in one seam: production uses the system's, a test moves its own
// (tests/support/fake_time.hpp).
#pragma once

#include "aio/awaitable.hpp"
#include "base/clock.hpp"

namespace audienced::aio {

class Time : public Clock {
public:
    /// Returns when steady() >= t, or Errc::cancelled when the waiting coroutine is cancelled.
    virtual awaitable<result<void>> sleep_until(SteadyTime t) = 0;
    awaitable<result<void>> sleep_for(std::chrono::steady_clock::duration d);
};

/// The machine's clocks.
Time& system_time();

}  // namespace audienced::aio
