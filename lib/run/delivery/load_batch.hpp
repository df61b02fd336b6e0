// A batch off the spool, looked at once more before it goes out: what is remembered may have changed since
// the plan.
#pragma once

#include "run/definition.hpp"
#include "run/delivery/settled.hpp"
#include "run/environment.hpp"
#include "store/runs.hpp"

namespace audienced::run {

struct LoadedBatch {
    model::Batch batch;  // what is sent; may be empty
    /// The members, then the leavers, as in `batch`, where what they `sent` is; then what needs no call.
    std::vector<Settled> records;
    std::size_t called = 0;  // the first so many of `records`
};

/// `full`: the run ignores what is remembered of memberships. Errors: not_ready (the spool is gone or
/// damaged: plan anew), store_*.
awaitable<result<LoadedBatch>> load_batch(Environment& env, const RunDefinition& definition,
                                          const GroupBits& groups, store::BatchRow row, bool full);

}  // namespace audienced::run
