// How fast a run goes on, and how long it still takes. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.hpp"

namespace audienced::run {

/// Told of each settled batch, asked at any time.
class Estimate {
public:
    /// Delivery begins, or begins again, with so many members settled.
    void begin(SteadyTime now, std::uint64_t done);
    void settled(SteadyTime now, std::uint64_t done);

    /// Members a second over the last while. Falls while nothing is settled.
    double rate(SteadyTime now) const;
    /// Until `total` is settled. None before two batches are, and none when the last one is further back than
    /// the pace so far explains: what comes next then says nothing about the time it takes.
    std::optional<std::chrono::seconds> left(SteadyTime now, std::uint64_t total) const;

private:
    struct Sample {
        SteadyTime at;
        std::uint64_t done;
    };
    std::deque<Sample> samples_;  // of the last while; the first is where it begins
};

}  // namespace audienced::run
