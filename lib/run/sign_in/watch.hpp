// A sign-in that nobody used for long dies at some providers: people hear of it two weeks ahead.
#pragma once

#include "run/environment.hpp"

namespace audienced::run {

/// Looks once a day, until it is cancelled.
awaitable<void> watch_sign_ins(Environment& env);
/// One look. Errors: store_*.
awaitable<result<void>> warn_of_dying_sign_ins(Environment& env);

}  // namespace audienced::run
