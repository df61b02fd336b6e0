#include "provider/api.hpp"

#include <algorithm>

#include "retry/backoff.hpp"
#include "retry/retry_after.hpp"

namespace audienced::provider {
namespace {

// A provider that says "slow down" this often in a row is given up for now; nothing was executed meanwhile.
constexpr unsigned max_slow_downs = 12;

http::Request request_of(const Call& call, const Api::Parts& parts) {
    http::Request r;
    r.method = call.method;
    r.url = http::join(parts.base, call.path);
    r.headers.emplace_back("Accept", "application/json");
    if (!call.body.empty()) r.headers.emplace_back("Content-Type", call.content_type);
    r.body = call.body;
    r.ca_file = parts.ca_file;
    r.max_response_bytes = call.max_response_bytes;
    // A write is repeated here and nowhere below, so that `resent` tells the truth: after a lost answer, "she
    // is in there already" may mean us.
    r.repeatable = !call.writes;
    return r;
}

void count(const Call& call, const Api::Parts& parts, bool again) {
    if (!parts.traffic) return;
    ++parts.traffic->requests;
    if (call.writes) ++parts.traffic->writes;
    if (again) ++parts.traffic->retries;
}

/// May a call that ended like this be sent again?
bool worth_repeating(const Error& e) {
    return e.code == Errc::network || e.code == Errc::timeout || e.code == Errc::bad_answer ||
           (e.code == Errc::tls && e.safe_to_retry);
}

Error or_else(Error given, Error otherwise) {
    return given.message.empty() ? std::move(otherwise) : std::move(given);
}

Error refused_credentials(const Verdict& verdict, const std::string& host) {
    return or_else(verdict.error, make_error(Errc::auth, host + " refused the credentials of this connection",
                                             "sign in again, or give it a new key"));
}

/// The last word after the last attempt.
Error gave_up(Error last, unsigned attempts) {
    if (attempts > 1) last.message += " (" + std::to_string(attempts) + " attempts)";
    last.safe_to_retry = true;
    return last;
}

}  // namespace

awaitable<result<Answer>> Api::call(const Call& call) {
    unsigned failures = 0, slow_downs = 0;
    bool resent = false, asked_authorizer = false, again = false;
    const std::string host = parts_.base.host;
    for (;;) {
        auto permit = co_await parts_.limiter->acquire(false);
        if (!permit && permit.error().code == Errc::quota && call.wait_for_quota) {
            if (parts_.observer && permit.error().retry_at)
                parts_.observer->waiting_for_quota(*permit.error().retry_at);
            permit = co_await parts_.limiter->acquire(true);
            if (permit && parts_.observer) parts_.observer->quota_is_back();
        }
        if (!permit) co_return permit.error();

        http::Request request = request_of(call, parts_);
        Secret header;
        if (call.signed_in) {
            auto given = co_await parts_.authorizer->header();
            if (!given) co_return given.error();
            header = std::move(*given);
            request.headers.emplace_back("Authorization", std::string(header.reveal()));
        }
        count(call, parts_, again);
        again = true;
        const Deadline deadline = parts_.time->steady() + call.timeout;
        auto sent = co_await parts_.http->send(std::move(request), deadline);
        *permit = Permit();  // the turn ends with the answer, not with the wait after it

        std::string why;
        std::chrono::milliseconds wait{0};
        if (!sent) {
            const Error& e = sent.error();
            if (!worth_repeating(e)) co_return e;
            resent = true;
            if (++failures >= call.attempts) co_return gave_up(e, failures);
            why = e.message;
            wait = retry::backoff(failures, *parts_.random);
        } else {
            if (parts_.traffic) parts_.traffic->bytes_sent += sent->bytes_sent;
            const Verdict verdict = parts_.judge(*sent);
            const auto told = retry::parse_retry_after(sent->header("Retry-After"), parts_.time->now());
            const std::string status = std::to_string(sent->status);
            switch (verdict.kind) {
                case Verdict::Kind::answer: {
                    Answer answer;
                    answer.response = std::move(*sent);
                    answer.resent = resent;
                    co_return answer;
                }
                case Verdict::Kind::fail:
                    co_return verdict.error;
                case Verdict::Kind::unauthorised: {
                    if (!call.signed_in || asked_authorizer) co_return refused_credentials(verdict, host);
                    asked_authorizer = true;
                    auto other = co_await parts_.authorizer->refused(std::move(header));
                    if (!other) co_return other.error();
                    if (!*other) co_return refused_credentials(verdict, host);
                    continue;
                }
                case Verdict::Kind::quota_spent:
                    parts_.limiter->quota_exhausted();
                    continue;
                case Verdict::Kind::slow_down:
                    why = or_else(verdict.error, make_error(Errc::rate_limited, host + " says: slow down"))
                              .message;
                    if (++slow_downs > max_slow_downs)
                        co_return gave_up(retryable(Errc::rate_limited, why, "it goes on with the next run"),
                                          slow_downs);
                    // A wait that the provider names is meant for everybody behind this key; our own guess is
                    // not.
                    if (told) parts_.limiter->block_until(parts_.time->now() + *told);
                    wait = told ? *told : retry::backoff(slow_downs, *parts_.random);
                    break;
                case Verdict::Kind::try_again: {
                    resent = true;
                    const Error e =
                        or_else(verdict.error, retryable(Errc::network, host + " answered " + status));
                    if (++failures >= call.attempts) co_return gave_up(e, failures);
                    why = e.message;
                    wait = told ? *told : retry::backoff(failures, *parts_.random);
                    break;
                }
            }
        }
        if (parts_.observer) parts_.observer->retrying(why, wait);
        auto slept = co_await parts_.time->sleep_for(wait);
        if (!slept) co_return slept.error();
        if (parts_.observer) parts_.observer->waited(wait);
    }
}

}  // namespace audienced::provider
