// One batch: permission, intent, call, and its outcomes or its job.
#pragma once

#include <optional>
#include <vector>

#include "run/delivery/deliver.hpp"
#include "run/delivery/jobs.hpp"
#include "run/delivery/load_batch.hpp"

namespace audienced::run {

/// What a batch came to.
struct Sent {
    std::int64_t intent = 0;
    std::string ticket;                          // of its job
    std::vector<Settled> settled;                // with outcomes; empty if the job was lost
    std::optional<provider::JobState> lost_job;  // it ended without outcomes; the intent is closed
    std::optional<Error> overdue;                // why the run ends: its job does not, and the intent stays
};

/// `loaded` has something to send. The check of the permission and the intent are one transaction, right
/// before the call. Errors: those of check_permission(), of the provider (the intent stays), store_*.
awaitable<result<Sent>> send_batch(const Delivery& delivery, Jobs& jobs, store::BatchRow row,
                                   LoadedBatch loaded);

}  // namespace audienced::run
