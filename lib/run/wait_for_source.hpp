// A refresh waits for its data: what a scheduled run does when its source is not ready.
#pragma once

#include <chrono>

#include <string>
#include <vector>

#include "run/progress.hpp"

namespace audienced::run {

/// How much of `wait` is left to a run that began at `started`; never more than `wait`, even if the clock was
/// set back.
std::chrono::seconds left_to_wait(std::chrono::minutes wait, SysTime started, SysTime now);

/// Returns after a minute, or less when the time is nearly up: plan again. The longest `ready-wait` of the
/// sources of `segments` counts, from when the run began to plan; a restart of the daemon does not lengthen
/// it. The event log and the journal say what for. Errors: `why` itself when the time is up, no source is to
/// be waited for, or no schedule began the run; cancelled.
awaitable<result<void>> wait_for_source(Environment& env, RunProgress& progress,
                                        std::vector<std::string> segments, Error why);

}  // namespace audienced::run
