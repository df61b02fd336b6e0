// Opt-outs as the provider knows them now: contacts that must not be touched.
#pragma once

#include "run/definition.hpp"
#include "run/environment.hpp"

namespace audienced::run {

/// Everything the first time and once a week, then what changed since, with overlap; stores it. Gives when it
/// began to ask: what was sent before that is known by now. Errors: those of the provider, store_*.
awaitable<result<SteadyTime>> pull_opt_outs(Environment& env, const RunDefinition& definition,
                                            const provider::GroupLayout& layout);

}  // namespace audienced::run
