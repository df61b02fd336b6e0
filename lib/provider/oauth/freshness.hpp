// When a token is too old to begin a call with, and when a sign-in dies of idleness. Pure.
#pragma once

#include <optional>

#include "model/connection.hpp"

namespace audienced::provider::oauth {

/// Not within its margin before expiry: five minutes, or a tenth of a shorter life.
bool is_fresh(const model::Credentials&, SysTime now);

/// When the refresh token dies unless it is used; none: never, or unknown.
std::optional<SysTime> dies_at(const model::Credentials&, int idle_days);
/// From two weeks before that instant on, people are warned.
bool is_dying(SysTime dies_at, SysTime now);

}  // namespace audienced::provider::oauth
