// How long the failures of one call are put up with. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace audienced::retry {

/// Failures end a call when so much time has passed since the first one, and so many attempts were made.
struct Patience {
    std::chrono::seconds span{0};
    unsigned attempts = 1;
    /// May a wait that the far side names go past the end of the span? One more attempt follows it then.
    bool past_its_end = false;
};

/// A run waits out what is over after a quarter of an hour.
inline constexpr Patience patience_of_runs{std::chrono::minutes{15}, 6, true};
/// A person looks at a terminal meanwhile.
inline constexpr Patience patience_of_people{std::chrono::seconds{20}, 1, false};

/// No wait of our own choice is longer, so that a network that is back is used soon.
inline constexpr std::chrono::milliseconds longest_pause{60'000};

/// Failures of one call, without a success between them.
class Failures {
public:
    using Wait = std::optional<std::chrono::milliseconds>;
    /// Counts one more, at `now`. How long to wait before the next attempt, which is `told` where the far
    /// side named a wait; the final attempt comes when the span ends. Nothing: it was the final attempt.
    Wait next_wait(const Patience& patience, SteadyTime now, Wait told, Random& random);
    unsigned count() const noexcept { return count_; }
    /// Since the first one.
    SteadyTime::duration lasted(SteadyTime now) const noexcept { return now - first_; }

private:
    unsigned count_ = 0;
    SteadyTime first_{};
};

}  // namespace audienced::retry
