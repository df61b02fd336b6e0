// The seam for time, so that a test can control it.
#pragma once

#include <chrono>
#include <string>

namespace audienced {

using SysTime = std::chrono::system_clock::time_point;     // UTC; schedules, records
using SteadyTime = std::chrono::steady_clock::time_point;  // timeouts, backoff, rate windows
using Deadline = SteadyTime;  // absolute, so that nested steps share what is left

class Clock {
public:
    virtual ~Clock() = default;
    virtual SysTime now() const = 0;
    virtual SteadyTime steady() const = 0;
};

/// "2026-03-01T10:00:00Z", whole seconds, UTC.
std::string to_iso8601(SysTime);
/// Seconds since 1970-01-01 UTC, and back: the form in which the database keeps instants.
std::int64_t to_unix(SysTime);
SysTime from_unix(std::int64_t seconds);

}  // namespace audienced
