// The values of some contacts at the provider against what was sent: only a hash of that is kept, so where it
// differs the source says which field.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inspect/verify/listing.hpp"
#include "inspect/verify/report.hpp"
#include "run/environment.hpp"
#include "run/prepare.hpp"

namespace audienced::inspect {

/// Reads the chosen contacts one by one; where the hash of what they hold is not that of what was sent, reads
/// the source, for a minute at most. `examples`: at most so many differences are named. Errors: those of the
/// provider, store_*, cancelled.
awaitable<result<void>> compare_values(run::Environment& env, const run::RunDefinition& definition,
                                       const std::vector<SampledContact>& chosen, std::size_t examples,
                                       Verification& out);

}  // namespace audienced::inspect
