// A job that failed as a whole: its batch is replaced by two halves.
#pragma once

#include "run/environment.hpp"
#include "store/runs.hpp"

namespace audienced::run {

/// The halves, stored in place of `row`, which counts as settled. Errors: not_ready (spool), store_*.
awaitable<result<std::vector<store::BatchRow>>> split_batch(Environment& env, store::BatchRow row);

}  // namespace audienced::run
