// What the next run would do with one member: the planner's own parts, fed with the rows of that member
// alone.
#pragma once

#include <vector>

#include "inspect/explain/facts.hpp"
#include "inspect/explain/remembered.hpp"
#include "run/planning/planning.hpp"

namespace audienced::inspect {

/// `in`: as a plan of the whole export would get it; of its segments only the names are used. `found`:
/// parallel to its segments. `nameless`: rows that cannot be read and show no address. `current` is false
/// where the export is not bound to the destination of `in`, and what it delivered elsewhere does not count.
/// Blocks. Errors: store_*.
result<NextStep> work_out_next_step(const run::PlanInput& in, const Subject& subject, bool current,
                                    const std::vector<SegmentLook>& found, std::uint64_t nameless);

/// Groups that it should be in and that the provider, as far as it told, does not show it in; none while a
/// call has no known outcome.
void note_what_it_lacks(Explanation& out);

}  // namespace audienced::inspect
