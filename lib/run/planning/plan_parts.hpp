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

}  // namespace audienced::run
