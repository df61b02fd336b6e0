// A refresh waits for its data: what a scheduled run does when its source is not ready.
#pragma once

#include <chrono>

#include "run/context.hpp"

namespace audienced::run {

/// How much of `wait` is left to a run that began at `started`; never more than `wait`, even if the clock was
/// set back.
std::chrono::seconds left_to_wait(std::chrono::minutes wait, SysTime started, SysTime now);

/// Returns after a minute, or less when the time is nearly up: plan again. The longest `ready-wait` of the
/// export's sources counts, from when the run began to plan; a restart of the daemon does not lengthen it.
/// Says in the story and the journal what for. Errors: `why` itself when the time is up, nobody asked to
/// wait, or no schedule began the run; cancelled.
awaitable<result<void>> wait_for_source(Context& ctx, Error why);

}  // namespace audienced::run
