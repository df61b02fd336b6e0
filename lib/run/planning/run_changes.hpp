// What a run did to memberships, as its acts and those that followed say.
#pragma once

#include <string>
#include <vector>

#include "plan/undo.hpp"
#include "run/planning/planning.hpp"

namespace audienced::run {

struct ChangesOfRun {
    plan::RunChanges here;  // in tags and lists that the export feeds now
    plan::RunChanges gone;  // in tags that are not at the provider any more, under bits of their own
    std::vector<std::string> gone_titles;
    bool any = false;  // the run changed something, wherever
};
/// Of input.options.undo_of, without what later runs of the export changed. Blocking; on a reader thread.
/// Errors: wrong_state (all that it changed is in tags that are there, and that the export does not feed
/// now), store_*, cancelled.
result<ChangesOfRun> read_run_changes(const PlanInput& input);

}  // namespace audienced::run
