// Requests tokens from a login service: paced, with retries of temporary failures, and tracks whether an
// answer was lost.
#pragma once

#include <memory>

#include "aio/time.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "provider/limiter.hpp"
#include "provider/oauth/application.hpp"
#include "provider/oauth/token_answer.hpp"

namespace audienced::provider::oauth {

/// Io thread only; what it is made from outlives it.
class TokenEndpoint {
public:
    TokenEndpoint(http::Client& http, aio::Time& time, Random& random, Limiters& limiters)
        : http_(http), time_(time), random_(random), limiters_(limiters) {}

    struct Asked {
        TokenAnswer answer;        // granted or refused; transient after the last attempt
        bool answer_lost = false;  // an attempt may have been executed, and its answer was not read
        Error error;               // of transient
    };
    /// Up to `attempts` times. Errors only: cancelled.
    awaitable<result<Asked>> ask(Application app, http::Request request, unsigned attempts);
    /// One attempt, at its turn, whatever the answer. Errors: network, timeout, tls, too_large, bad_answer,
    /// cancelled.
    awaitable<result<http::Response>> once(Application app, http::Request request);
    /// From now on nothing is asked again: what is under way ends with its present attempt.
    void stop() { stopping_ = true; }

private:
    http::Client& http_;
    aio::Time& time_;
    Random& random_;
    Limiters& limiters_;
    bool stopping_ = false;
};

}  // namespace audienced::provider::oauth
