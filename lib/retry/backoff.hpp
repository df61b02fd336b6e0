// How long to wait before the next try.
#pragma once

#include <chrono>

#include "base/random.hpp"

namespace audienced::retry {

/// Before the try that follows the `attempt`-th failure (counted from 1): a random time between half of and
/// the whole of 1 s, 2 s, 4 s ... up to 5 min. The spread keeps many runs that failed together from coming
/// back together.
std::chrono::milliseconds backoff(unsigned attempt, Random& random);

}  // namespace audienced::retry
