// What a plan showed of persons becomes what is remembered of them.
#pragma once

#include "run/planning/planning.hpp"

namespace audienced::run {

/// In slices, so that other work of the store comes in between: harmless where the plan itself is stored
/// later or never. Io thread. Errors: store_*.
awaitable<result<void>> remember_people(store::Store&, model::DestinationId, const PeopleMet&);

}  // namespace audienced::run
