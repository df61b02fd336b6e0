// Opt-outs as the provider knows them now, for a preview: nothing is remembered of them.
#pragma once

#include <vector>

#include "run/definition.hpp"
#include "run/environment.hpp"

namespace audienced::run {

/// Members that opted out since the last look, sorted. A preview may not take a look: a run may be under way,
/// and what that changes would be taken for the doing of others. Errors: those of the provider, store_*.
awaitable<result<std::vector<MemberHash>>> see_opt_outs(Environment& env, const RunDefinition& definition);

}  // namespace audienced::run
