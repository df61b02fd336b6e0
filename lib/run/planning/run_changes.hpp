// What a run did to memberships, as its acts and those that followed say.
#pragma once

#include "plan/undo.hpp"
#include "run/planning/planning.hpp"

namespace audienced::run {

/// Of input.options.undo_of, without what other runs changed later. Blocking; on a reader thread. Errors:
/// wrong_state (it changed nothing in the tags and lists that the export feeds now), store_*, cancelled.
result<plan::RunChanges> read_run_changes(const PlanInput& input);

}  // namespace audienced::run
