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
#include "provider/server_clock.hpp"
#include "retry/patience.hpp"

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
    /// The call ends with this error: the provider takes no credential that there is.
    virtual awaitable<void> gave_up(Error) { co_return; }
};

/// Told about every wait and retry, and when it is over, so that a run can say what it waits for. Never an
/// address in `why`. A wait that is cancelled has no end.
struct CallObserver {
    virtual ~CallObserver() = default;
    virtual void retrying(std::string_view why, std::chrono::milliseconds wait) = 0;
    virtual void waited(std::chrono::milliseconds) {}
    virtual void waiting_for_quota(SysTime until) = 0;
    virtual void quota_is_back() {}
    /// It is to stop: no wait is begun for it any more.
    virtual bool is_stopping() const { return false; }
};

/// Asked before each attempt of a call that writes: its error ends the call, and nothing is sent. Null:
/// always.
using MayWrite = std::function<result<void>()>;
/// A wait before another attempt, told to the observer, which may be null. Errors: cancelled, also when the
/// observer is stopping.
awaitable<result<void>> pause(aio::Time& time, CallObserver* observer, std::string why,
                              std::chrono::milliseconds wait);

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
        MayWrite may_write;
        retry::Patience patience = retry::patience_of_runs;
    };
    explicit Api(Parts parts) : parts_(std::move(parts)) {}
    /// Errors: the verdict's error of kind `fail`; network, timeout, bad_answer, rate_limited after the final
    /// attempt; quota only if it may not wait; auth; cancelled; those of `may_write`.
    awaitable<result<Answer>> call(const Call& call);
    /// The provider's clock, as its answers told it so far.
    model::ProviderTime provider_now() const { return clock_.now(parts_.time->now(), parts_.time->steady()); }

private:
    Parts parts_;
    ServerClock clock_;
};

}  // namespace audienced::provider
