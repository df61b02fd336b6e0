// How a webhook proves that a message is from this daemon and new. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace audienced::notify {

inline constexpr const char* signature_header = "Audienced-Signature";

/// "t=1772330400,v1=HEX": the HMAC-SHA256, keyed with the secret as it stands in its file, of the seconds
/// since 1970, a full stop, and the body.
std::string signature(const Secret& secret, SysTime at, std::string_view body);

}  // namespace audienced::notify
