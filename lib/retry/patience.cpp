#include "retry/patience.hpp"

#include <algorithm>

#include "retry/backoff.hpp"

namespace audienced::retry {

Failures::Wait Failures::next_wait(const Patience& patience, SteadyTime now, Wait told, Random& random) {
    using std::chrono::milliseconds;
    if (count_++ == 0) first_ = now;
    // Rounded up: the attempt after the last wait must find the span over.
    const auto left = std::chrono::ceil<milliseconds>(patience.span - lasted(now));
    const bool may_end = count_ >= patience.attempts;
    if (may_end && left <= milliseconds{0}) return std::nullopt;
    if (told) {
        if (may_end && !patience.past_its_end && *told > left) return std::nullopt;
        return told;
    }
    // Not doubled further, so that long waits stay spread.
    constexpr unsigned last_doubling = 7;
    const milliseconds pause = std::min(backoff(std::min(count_, last_doubling), random), longest_pause);
    return left > milliseconds{0} ? std::min(pause, left) : pause;
}

}  // namespace audienced::retry
