// What the plan of an open run would do in each tag and list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::store {

struct PlannedGroup {
    std::string title;  // of the segment
    std::uint64_t joining = 0, leaving = 0;
};

/// In the order in which the export names its segments; only those that anything is planned for. A list is
/// joined by the members' upserts, so that nothing joins it here. Empty for a run that is over.
result<std::vector<PlannedGroup>> planned_groups(Database&, model::RunId);

}  // namespace audienced::store
