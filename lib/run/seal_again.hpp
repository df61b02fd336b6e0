// The rest of a change of the master key, beside the runs.
#pragma once

#include "run/environment.hpp"
#include "store/rotation.hpp"

namespace audienced::run {

/// Until everything is sealed under the new key, whatever the store says meanwhile: tried again each minute.
/// Raises keys_rotated. Errors: wrong_state (it is under way already), cancelled.
awaitable<result<store::Resealed>> seal_again(Environment& env);

}  // namespace audienced::run
