// How a run ends, from what happened to it. Pure.
#pragma once

#include <string>

#include "plan/guards.hpp"
#include "run/control.hpp"
#include "run/record.hpp"

namespace audienced::run {

Ending ending(model::RunStatus status, std::string reason);
/// Of a run that did not get to its end. A dependency that is not ready means skipped, not failed, and never
/// "every member left".
Ending ending_of(StopReason stopped, const Error& error);
/// Of a plan that is only looked at: what the guards would do with a run.
Ending ending_of_dry_run(const plan::GuardVerdict&);
/// Of a run that delivered what it could: what is left undone, in figures.
Ending ending_of(const model::Run& run);

}  // namespace audienced::run
