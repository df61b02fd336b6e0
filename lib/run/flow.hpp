// One run, from queued to its end.
#pragma once

#include "run/context.hpp"

namespace audienced::run {

/// How a run ended, or why it stopped before its end.
struct Ending {
    model::RunStatus status = model::RunStatus::failed;
    std::string reason, error;
};

/// Carries the run from wherever a crash left it to its end, and records that. A run that is held ends here
/// too and is carried on, from its plan, once somebody approved it. With StopReason::shutdown the row stays
/// as it is, and the next start goes on from there.
awaitable<void> carry_out(Context& ctx);

}  // namespace audienced::run
