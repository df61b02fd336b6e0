// A look at the destination: what changed there since the last one, and what that means for what is
// remembered.
#pragma once

#include "run/definition.hpp"
#include "run/environment.hpp"

namespace audienced::run {

enum class LookKind {
    everything,
    /// Not the mailable contacts that changed, where the provider can leave them out: enough before members
    /// are sent that were no contacts yet, and it does not list what was just sent.
    opt_outs,
};

/// Everything the first time and once a week, then what changed since. No batch may be under way meanwhile:
/// what it changes would be taken for the doing of others. Gives when it began to ask: what happened before
/// that is known by now. Errors: those of the provider, store_*.
awaitable<result<SteadyTime>> look(Environment& env, const RunDefinition& definition, std::int64_t run,
                                   LookKind kind);

}  // namespace audienced::run
