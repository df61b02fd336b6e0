// The figures of a plan by segment and by tag or list. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "plan/diff.hpp"
#include "run/planning/planning.hpp"

namespace audienced::run {

/// Fills in `parts` and `leavers` of a plan whose diff is finished: lists first, then the segments in the
/// order of the export, then tags that no segment feeds any more and that members leave.
void describe_parts(const PlanInput&, const plan::Diff&, const std::vector<std::uint64_t>& rows_of_segment,
                    PlanResult& out);

/// The same of a plan that takes back: each tag and list that members leave or are put back into, under the
/// name of the segment that feeds it. `leavers`: by the index that `counts` has.
void describe_reversed_parts(const PlanInput&, const plan::GroupCounts& counts,
                             const std::vector<MemberHash>& leavers, PlanResult& out);

}  // namespace audienced::run
