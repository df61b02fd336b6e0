// How a run ends, from what happened to it. Pure.
#pragma once

#include <string>

#include "run/control.hpp"
#include "run/record.hpp"

namespace audienced::run {

Ending ending(model::RunStatus status, std::string reason);
/// Of a run that did not get to its end. A dependency that is not ready means skipped, not failed, and never
/// "every member left".
Ending ending_of(StopReason stopped, const Error& error);
/// Of a run that delivered what it could: what is left undone, in figures.
Ending ending_of(const model::Run& run);

}  // namespace audienced::run
