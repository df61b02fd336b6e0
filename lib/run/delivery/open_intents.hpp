// Batches of the destination whose outcome is not known yet, whatever became of their runs: settled or closed
// before anything is decided.
#pragma once

#include "run/delivery/deliver.hpp"
#include "run/delivery/settle.hpp"

namespace audienced::run {

/// Jobs are waited for and settled; a call whose answer was lost is looked for among the provider's jobs, and
/// where it left none, what it asked for counts as unclear. Sends nothing. Errors: those of the provider,
/// store_*, cancelled.
awaitable<result<void>> settle_open_intents(const Delivery& delivery);

/// The call as it was submitted, for Provider::collect().
model::Batch batch_of(const SettleInput& in, const std::string& destination,
                      const std::vector<Settled>& records);

}  // namespace audienced::run
