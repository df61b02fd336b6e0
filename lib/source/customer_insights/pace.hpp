#pragma once

#include <deque>

#include "base/clock.hpp"

namespace audienced::source::customer_insights {

/// At most `calls` in any 60 seconds, spread by nothing but the need. Pure: it reads no clock and does not
/// wait.
class Pace {
public:
    explicit Pace(std::size_t calls) : calls_(calls) {}
    /// When the next call may go, `now` at the earliest; counts it as made then.
    SteadyTime admit(SteadyTime now);

private:
    std::size_t calls_;
    std::deque<SteadyTime> made_;
};

}  // namespace audienced::source::customer_insights
