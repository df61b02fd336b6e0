// A batch off the spool, looked at once more before it goes out: suppressions may have come since the plan.
#pragma once

#include "run/definition.hpp"
#include "run/delivery/settle.hpp"
#include "run/environment.hpp"

namespace audienced::run {

struct LoadedBatch {
    model::Batch batch;  // what is sent; may be empty
    std::vector<spool::Record>
        records;  // of the members, then of the leavers, as in `batch`; what they `sent` is there
    std::vector<Settled> decided;       // records that need no call
    std::vector<std::size_t> left_out;  // positions in the spool's range of what is not in `batch`
};

/// A stored ticket: the provider's own, and which records were left out when it was given. After a crash the
/// batch must be the very one that was submitted, since a job speaks of lines.
std::string print_job(const std::string& ticket, const std::vector<std::size_t>& left_out);
struct StoredJob {
    std::string ticket;
    std::vector<std::size_t> left_out;
};
StoredJob parse_job(const std::string& stored);

/// Errors: not_ready (the spool is gone or damaged: plan anew), store_*.
awaitable<result<LoadedBatch>> load_batch(Environment& env, const RunDefinition& definition,
                                          const GroupBits& groups, store::BatchRow row);

}  // namespace audienced::run
