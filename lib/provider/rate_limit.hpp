// When may the next call start? Pure: state and instants in, instant out.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace audienced::provider {

/// At most `calls` in any stretch of `length`.
struct RateWindow {
    unsigned calls = 0;  // 0: no such limit
    std::chrono::milliseconds length{1000};
};

struct RateRules {
    unsigned at_once = 8;             // calls under way
    std::vector<RateWindow> windows;  // all of them hold
    std::uint64_t per_day = 0;        // per UTC day; 0: no such limit
};

/// A call counts against a window from its start until the window's length after its *answer* (or failure):
/// the server saw it somewhere in between, so no stretch of that length on the server's clock can hold more,
/// whatever the network does.
struct RateState {
    unsigned in_flight = 0;
    std::deque<SteadyTime> answered;       // ends of the last calls, as many as the largest window counts
    std::optional<SysTime> blocked_until;  // what people are shown; the steady clock below decides, since
    SteadyTime blocked_steady{};           // a wall clock set back must not turn minutes into days
    std::int64_t utc_day = 0;
    std::uint64_t spent_today = 0;
};

struct Turn {
    enum class Kind { now, at, when_released, tomorrow } kind = Kind::now;
    SteadyTime at{};     // of Kind::at
    SysTime tomorrow{};  // 00:00:00 UTC
};

Turn next_turn(const RateRules&, const RateState&, SysTime now, SteadyTime steady);
void started(const RateRules&, RateState&, SysTime now);
void answered(const RateRules&, RateState&, SteadyTime steady);
/// No call starts before `until`; an earlier instant than the present block changes nothing.
void block(RateState&, SysTime until, SysTime now, SteadyTime steady);
/// What counts against today's budget: another day's count does not.
std::uint64_t spent_on(const RateState&, std::int64_t utc_day) noexcept;
std::int64_t utc_day_of(SysTime) noexcept;

}  // namespace audienced::provider
