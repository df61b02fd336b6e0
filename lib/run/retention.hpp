// Old runs, what they did and what they rejected go in small steps.
#pragma once

#include <chrono>

#include "run/environment.hpp"

namespace audienced::run {

struct Retention {
    std::chrono::seconds runs{}, rejects{};  // since the end of the run
};

/// Removes what is old now, step by step, so that other work of the store comes in between. Errors: store_*,
/// cancelled.
awaitable<result<void>> prune_old(Environment& env, Retention retention);
/// The same once an hour, until it is cancelled; `retention` may change meanwhile.
awaitable<void> keep_pruned(Environment& env, const Retention& retention);

}  // namespace audienced::run
