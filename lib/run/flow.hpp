// One run, from queued to its end.
#pragma once

#include "run/under_way.hpp"

namespace audienced::run {

/// Carries the run from wherever a crash left it to its end, and records that. A run that is held ends here
/// too and is carried on, from its plan, once a person approved it. With StopReason::shutdown the row stays
/// as it is, and the next start goes on from there.
awaitable<void> carry_out(RunUnderWay& run);

}  // namespace audienced::run
