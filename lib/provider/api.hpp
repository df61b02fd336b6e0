// One call to a provider: sign, wait for a turn, send, classify, retry. The only place that retries calls.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aio/time.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "http/client.hpp"
#include "model/run.hpp"
#include "provider/call.hpp"
#include "provider/limiter.hpp"

namespace audienced::provider {

/// Gives the header that carries the credential. API keys: a constant. OAuth: refreshes once for many
/// waiters. Called while holding a turn of the API's limiter, so that a header is not old before it is used:
/// an implementation that calls the provider from here takes a limiter of its own.
class Authorizer {
public:
    virtual ~Authorizer() = default;
    virtual std::string_view header_name() const noexcept { return "Authorization"; }
    /// Its value. Errors: auth (a person must sign in again), network ....
    virtual awaitable<result<Secret>> header() = 0;
    /// The provider refused this header with 401. True: header() will give another one, try once more.
    virtual awaitable<result<bool>> refused(Secret header) = 0;
};

/// Told about every wait and retry, and when it is over, so that a run can say what it waits for. Never an
/// address in `why`. A wait that is cancelled has no end.
struct CallObserver {
    virtual ~CallObserver() = default;
    virtual void retrying(std::string_view why, std::chrono::milliseconds wait) = 0;
    virtual void waited(std::chrono::milliseconds) {}
    virtual void waiting_for_quota(SysTime until) = 0;
    virtual void quota_is_back() {}
};

class Api {
public:
    struct Parts {
        http::Client* http = nullptr;
        aio::Time* time = nullptr;
        Random* random = nullptr;
        std::shared_ptr<Limiter> limiter;
        Authorizer* authorizer = nullptr;
        ClassifyResponse classify_response = nullptr;
        http::Url base;
        http::Headers headers;  // of every call; a call's own of the same name stand in their place
        std::string ca_file;
        model::Traffic* traffic =
            nullptr;  // requests, writes, retries, bytes_sent are added here; may be null
        CallObserver* observer = nullptr;  // may be null
    };
    explicit Api(Parts parts) : parts_(std::move(parts)) {}
    /// Errors: the verdict's error of kind `fail`; network, timeout, rate_limited after the final attempt;
    /// quota only if it may not wait; auth; cancelled.
    awaitable<result<Answer>> call(const Call& call);

private:
    Parts parts_;
};

}  // namespace audienced::provider
