#pragma once

#include "provider/call.hpp"

namespace audienced::provider::mailchimp {

/// What an answer of the Marketing API means. Its edge answers 403 and 429 without JSON when it throttles,
/// and HTML or an Akamai object with 5xx when it is failing; only problem+json comes from the API itself.
Verdict classify_response(const http::Response&);

}  // namespace audienced::provider::mailchimp
