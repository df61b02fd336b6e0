// How the try of one member ended, in words for the person who asked for it.
#pragma once

#include "run/definition.hpp"
#include "run/environment.hpp"
#include "run/record.hpp"

namespace audienced::run {

/// `ended`: as any run with these counts ends. A member that must not be touched ends its try as skipped,
/// with the reasons that are remembered. Errors: store_*.
awaitable<result<Ending>> ending_of_try(Environment& env, const RunDefinition& definition, model::Run run,
                                        Ending ended);

}  // namespace audienced::run
