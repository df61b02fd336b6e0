// A repeated event is reported once per interval, with the number of events that it stands for; pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace audienced::log {

/// Not thread-safe. Remembers at most 1,000 keys; keys quiet for an interval are forgotten first.
class Pace {
public:
    explicit Pace(std::chrono::steady_clock::duration interval) : interval_(interval) {}
    /// Nothing: suppress this event. A number: write it, with the count of suppressed events since the last
    /// one.
    std::optional<std::uint64_t> admit(const std::string& key, SteadyTime now);

private:
    struct Kept {
        SteadyTime said;
        std::uint64_t held_back = 0;
    };
    void forget_quiet(SteadyTime now);
    std::chrono::steady_clock::duration interval_;
    std::map<std::string, Kept> keys_;
};

}  // namespace audienced::log
