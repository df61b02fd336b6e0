#pragma once

#include "provider/call.hpp"

namespace audienced::provider::constant_contact {

/// What an answer of the v3 API means. 401 and 429 come from its gateway as one JSON object, the resources'
/// own refusals as an array; the edge in front of both answers in HTML. There are three kinds of 429: too
/// fast, the day's calls are spent, and (any other key) a full queue of jobs, which is given back as an error
/// that is_queue_full() knows.
Verdict classify_response(const http::Response&);
bool is_queue_full(const Error&) noexcept;

}  // namespace audienced::provider::constant_contact
