#include "provider/api.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/text.hpp"
#include "retry/backoff.hpp"
#include "retry/retry_after.hpp"

namespace audienced::provider {
namespace {

// A provider that says "slow down" this often in a row is given up for now; nothing was executed meanwhile.
constexpr unsigned max_slow_downs = 12;

/// A header is sent once: the later value wins.
void set_header(http::Headers& headers, std::string_view name, std::string value) {
    for (auto& [known, old] : headers)
        if (iequals(known, name)) {
            old = std::move(value);
            return;
        }
    headers.emplace_back(std::string(name), std::move(value));
}

http::Request request_of(const Call& call, const Api::Parts& parts) {
    http::Request r;
    r.method = call.method;
    r.url = http::join(parts.base, call.path);
    r.headers.emplace_back("Accept", "application/json");
    if (!call.body.empty()) r.headers.emplace_back("Content-Type", call.content_type);
    for (const auto& [name, value] : parts.headers) set_header(r.headers, name, value);
    for (const auto& [name, value] : call.headers) set_header(r.headers, name, value);
    r.body = call.body;
    r.ca_file = parts.ca_file;
    r.max_response_bytes = call.max_response_bytes;
    // A write is repeated here and nowhere below, so that `resent` is correct: after a lost answer, "the
    // member is in there already" may be our own effect.
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

/// The error after the final attempt.
Error gave_up(Error last, unsigned attempts) {
    if (attempts > 1) last.message += " (" + std::to_string(attempts) + " attempts)";
    last.safe_to_retry = true;
    return last;
}

/// The attempts so far.
struct Tries {
    unsigned failures = 0, slow_downs = 0;
    bool resent = false, asked_authorizer = false, again = false;
};

struct Pause {
    std::string why;
    std::chrono::milliseconds wait{0};
};

awaitable<result<Permit>> take_turn(const Call& call, const Api::Parts& parts) {
    auto permit = co_await parts.limiter->acquire(false);
    if (!permit && permit.error().code == Errc::quota && call.wait_for_quota) {
        if (parts.observer && permit.error().retry_at)
            parts.observer->waiting_for_quota(*permit.error().retry_at);
        permit = co_await parts.limiter->acquire(true);
        if (permit && parts.observer) parts.observer->quota_is_back();
    }
    co_return permit;
}

/// Requests another Authorization header, once per call. Errors: auth, and those of the authorizer.
awaitable<result<void>> replace_header(Secret header, const Verdict& verdict, const Call& call, Tries& tries,
                                       const Api::Parts& parts) {
    if (!call.signed_in || tries.asked_authorizer) co_return refused_credentials(verdict, parts.base.host);
    tries.asked_authorizer = true;
    auto other = co_await parts.authorizer->refused(std::move(header));
    if (!other) co_return other.error();
    if (!*other) co_return refused_credentials(verdict, parts.base.host);
    co_return result<void>{};
}

using Wait = std::optional<std::chrono::milliseconds>;

/// `told` is the wait that the provider named. Returns the error after the final attempt.
result<Pause> pause_after_failure(const Error& e, Wait told, const Call& call, Tries& tries,
                                  const Api::Parts& parts) {
    tries.resent = true;
    if (++tries.failures >= call.attempts) return gave_up(e, tries.failures);
    return Pause{e.message, told ? *told : retry::backoff(tries.failures, *parts.random)};
}

result<Pause> pause_after_slow_down(const Error& given, Wait told, Tries& tries, const Api::Parts& parts) {
    std::string why =
        or_else(given, make_error(Errc::rate_limited, parts.base.host + " limits the rate of calls")).message;
    if (++tries.slow_downs > max_slow_downs)
        return gave_up(retryable(Errc::rate_limited, why, "the next run continues"), tries.slow_downs);
    // A wait that the provider names applies to every caller behind this key; our own guess does not.
    if (told) parts.limiter->block_until(parts.time->now() + *told);
    return Pause{std::move(why), told ? *told : retry::backoff(tries.slow_downs, *parts.random)};
}

/// After an answer that is none: how long to wait before the next attempt, or the error that ends the call.
result<Pause> pause_after(const Verdict& verdict, const http::Response& response, const Call& call,
                          Tries& tries, const Api::Parts& parts) {
    if (verdict.kind == Verdict::Kind::fail) return verdict.error;
    const auto told = retry::parse_retry_after(response.header("Retry-After"), parts.time->now());
    if (verdict.kind == Verdict::Kind::slow_down)
        return pause_after_slow_down(verdict.error, told, tries, parts);
    const std::string status = std::to_string(response.status);
    const Error e = or_else(verdict.error, retryable(Errc::network, parts.base.host + " answered " + status));
    return pause_after_failure(e, told, call, tries, parts);
}

}  // namespace

awaitable<result<Answer>> Api::call(const Call& call) {
    Tries tries;
    for (;;) {
        auto permit = co_await take_turn(call, parts_);
        if (!permit) co_return permit.error();

        http::Request request = request_of(call, parts_);
        Secret header;
        if (call.signed_in) {
            auto given = co_await parts_.authorizer->header();
            if (!given) co_return given.error();
            header = std::move(*given);
            set_header(request.headers, parts_.authorizer->header_name(), std::string(header.reveal()));
        }
        count(call, parts_, tries.again);
        tries.again = true;
        const Deadline deadline = parts_.time->steady() + call.timeout;
        auto sent = co_await parts_.http->send(std::move(request), deadline);
        *permit = Permit();  // the turn ends with the answer, not with the wait after it

        result<Pause> pause = Pause{};
        if (sent) {
            if (parts_.traffic) parts_.traffic->bytes_sent += sent->bytes_sent;
            const Verdict verdict = parts_.classify_response(*sent);
            if (verdict.kind == Verdict::Kind::answer) {
                Answer answer;
                answer.response = std::move(*sent);
                answer.resent = tries.resent;
                co_return answer;
            }
            if (verdict.kind == Verdict::Kind::unauthorised) {
                auto replaced = co_await replace_header(std::move(header), verdict, call, tries, parts_);
                if (!replaced) co_return replaced.error();
                continue;
            }
            if (verdict.kind == Verdict::Kind::quota_spent) {
                parts_.limiter->quota_exhausted();
                continue;
            }
            pause = pause_after(verdict, *sent, call, tries, parts_);
        } else {
            if (!worth_repeating(sent.error())) co_return sent.error();
            pause = pause_after_failure(sent.error(), {}, call, tries, parts_);
        }
        if (!pause) co_return pause.error();
        if (parts_.observer) parts_.observer->retrying(pause->why, pause->wait);
        auto slept = co_await parts_.time->sleep_for(pause->wait);
        if (!slept) co_return slept.error();
        if (parts_.observer) parts_.observer->waited(pause->wait);
    }
}

}  // namespace audienced::provider
