#pragma once

#include "provider/call.hpp"

namespace audienced::provider::mailchimp {

/// What to do about a user who may not change an audience.
inline constexpr const char* may_write_hint =
    "at Mailchimp an Owner or Admin gives this user the role Manager or Admin, or use the key of a user who "
    "has "
    "one of these roles";

/// What an answer of the Marketing API means. Its edge answers 403 and 429 without JSON when it throttles,
/// and HTML or an Akamai object with 5xx when it is failing; only problem+json comes from the API itself.
/// "User Disabled" counts as refused credentials: none of the calls passes, whatever it asks for.
Verdict classify_response(const http::Response&);

}  // namespace audienced::provider::mailchimp
