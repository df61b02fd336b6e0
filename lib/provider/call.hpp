// One call to a provider as pure code sees it: what to send, and what an answer means.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "http/message.hpp"
#include "model/provider_time.hpp"

namespace audienced::provider {

/// What an answer means, decided by the provider in pure code.
struct Verdict {
    enum class Kind {
        answer,        // give it to the caller, whatever its status
        unauthorised,  // ask the Authorizer, then once more
        slow_down,     // 429 and its relatives: never executed; wait and send again
        quota_spent,   // the day's budget: wait for 00:00 UTC
        try_again,     // 5xx, edge pages: it may have been executed; send again if repeatable
        fail,          // permanent; `error` says what
    } kind = Kind::answer;
    Error error;
};
using ClassifyResponse = Verdict (*)(const http::Response&);

struct Call {
    http::Method method = http::Method::get;
    std::string path;  // after the base, begins with '/': "/3.0/lists/..."
    std::string body;
    std::string content_type = "application/json";
    http::Headers
        headers;  // beside those of every call; a name or value that is no header ends the call (usage)
    std::chrono::seconds timeout{130};  // of one attempt
    /// How often it may be sent while an attempt may have been executed, or may have failed by what it
    /// carries (5xx, timeout, reset): the caller sends something else then. 0: for as long as the API has
    /// patience. An attempt of a write of which nothing was sent does not count.
    unsigned attempts = 0;
    bool writes = false;         // counted apart: `0 write calls`
    bool signed_in = true;       // false: without the credential
    bool wait_for_quota = true;  // false: a spent budget is an error (quota) at once
    std::size_t max_response_bytes = 16u << 20;
};

struct Answer {
    http::Response response;
    bool resent = false;       // an earlier attempt may have been executed: its effect may already be there
    model::ProviderTime at{};  // the provider's clock; ours only if no answer has told it yet
};

}  // namespace audienced::provider
