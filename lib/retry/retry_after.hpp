// Reads the Retry-After header (RFC 9110 10.2.3).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace audienced::retry {

/// How long to wait from `now`: whole seconds, or an HTTP date in any of its three forms (RFC 9110 5.6.7).
/// The answer is brought into [1 s, 1 h], so that neither a zero nor a slip of the far side decides. Nothing
/// if the text is neither: empty, negative, a fraction, an exponent, more than nine digits, a date that does
/// not exist.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, SysTime now);

/// An HTTP date in any of its three forms, as the Date header has it; `now` only tells the century of a
/// two-digit year. Whole seconds: a SysTime does not reach the year 9999.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, SysTime now);

}  // namespace audienced::retry
