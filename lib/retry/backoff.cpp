#include "retry/backoff.hpp"

#include <algorithm>

namespace audienced::retry {

std::chrono::milliseconds backoff(unsigned attempt, Random& random) {
    using std::chrono::milliseconds;
    constexpr milliseconds first{1'000}, cap{300'000};
    // 2^9 s is past the cap; a larger shift would leave the type.
    const unsigned doublings = std::min(attempt > 0 ? attempt - 1 : 0u, 9u);
    const milliseconds full = std::min(first * (1 << doublings), cap);
    return full / 2 + milliseconds{static_cast<milliseconds::rep>(random.unit() *
                                                                  static_cast<double>(full.count() / 2))};
}

}  // namespace audienced::retry
