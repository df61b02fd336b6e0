// What a run did to memberships, or all that an export gave -> the plan that takes it back. Blocking; runs on
// a reader thread, as make_plan().
#pragma once

#include "run/planning/planning.hpp"

namespace audienced::run {

/// Of input.options.undo_of. What is stored decides alone: `segments` are not read. Counts: `read` has the
/// members whose membership that run changed, without those that are taken out, which `removed` has.
/// Errors: wrong_state (what the run changed is in tags that the export does not feed now), store_*,
/// cancelled.
result<PlanResult> make_undo_plan(const PlanInput& input, PlanWriter& writer);
/// Takes out every member that the export put there. As above, with nothing read.
result<PlanResult> make_withdrawal_plan(const PlanInput& input, PlanWriter& writer);

}  // namespace audienced::run
