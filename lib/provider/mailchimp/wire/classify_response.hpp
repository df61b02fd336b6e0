#pragma once

#include "provider/call.hpp"

namespace audienced::provider::mailchimp {

/// What an answer of the Marketing API means. Its edge answers 403 and 429 without JSON when it throttles,
/// and HTML or an Akamai object with 5xx when it is in trouble; only problem+json is the API's own word.
Verdict classify_response(const http::Response&);

}  // namespace audienced::provider::mailchimp
