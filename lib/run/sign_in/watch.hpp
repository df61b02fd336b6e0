// A sign-in that is not used for long expires at some providers: a warning is logged two weeks ahead.
#pragma once

#include "run/environment.hpp"

namespace audienced::run {

/// When the sign-in of this connection dies unless it is used, if that is near. Errors: store_*.
result<std::optional<SysTime>> sign_in_dies_soon(store::Database&, const vault::Vault&,
                                                 const model::Connection&, SysTime now);

/// Looks once a day, until it is cancelled.
awaitable<void> watch_sign_ins(Environment& env);
/// One look. Errors: store_*.
awaitable<result<void>> warn_of_dying_sign_ins(Environment& env);

}  // namespace audienced::run
