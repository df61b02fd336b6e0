#include "provider/api.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/text.hpp"
#include "retry/retry_after.hpp"

namespace audienced::provider {
namespace {

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

/// "15 min", "20 s"
std::string in_words(SteadyTime::duration d) {
    const auto whole = std::chrono::round<std::chrono::seconds>(d).count();
    return whole < 120 ? std::to_string(whole) + " s" : std::to_string(whole / 60) + " min";
}

/// The attempts so far.
struct Tries {
    retry::Failures failures, slow_downs;
    unsigned limited = 0;  // those that Call::attempts limits
    bool resent = false, asked_authorizer = false, again = false;
};

/// The error after the final attempt.
Error gave_up(Error last, const retry::Failures& failures, SteadyTime now) {
    if (failures.count() > 1)
        last.message +=
            " (" + std::to_string(failures.count()) + " attempts in " + in_words(failures.lasted(now)) + ")";
    last.safe_to_retry = true;
    return last;
}

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
    const Error refusal = refused_credentials(verdict, parts.base.host);
    if (!call.signed_in) co_return refusal;
    if (tries.asked_authorizer) {
        co_await parts.authorizer->gave_up(refusal);
        co_return refusal;
    }
    tries.asked_authorizer = true;
    auto other = co_await parts.authorizer->refused(std::move(header));
    if (!other) {
        tries.asked_authorizer = !worth_repeating(other.error());
        co_return other.error();
    }
    if (*other) co_return result<void>{};
    co_await parts.authorizer->gave_up(refusal);
    co_return refusal;
}

using Wait = std::optional<std::chrono::milliseconds>;

/// `told` is the wait that the provider named. Returns the error after the final attempt.
result<Pause> pause_after_failure(Error e, Wait told, bool nothing_sent, const Call& call, Tries& tries,
                                  const Api::Parts& parts) {
    const SteadyTime now = parts.time->steady();
    if (told) e.retry_at = parts.time->now() + *told;
    const auto wait = tries.failures.next_wait(parts.patience, now, told, *parts.random);
    if (!nothing_sent) {
        tries.resent = true;
        if (call.attempts != 0 && ++tries.limited >= call.attempts) return gave_up(e, tries.failures, now);
    }
    if (!wait) return gave_up(e, tries.failures, now);
    return Pause{e.message, *wait};
}

/// After an attempt without an answer, or one that could not be signed since a login service is away.
result<Pause> pause_after_error(const Error& e, bool nothing_sent, const Call& call, Tries& tries,
                                const Api::Parts& parts) {
    if (!worth_repeating(e)) return e;
    return pause_after_failure(e, {}, nothing_sent, call, tries, parts);
}

/// Sets the header that carries the credential. Errors: those of the authorizer.
awaitable<result<Secret>> sign(http::Request& request, const Api::Parts& parts) {
    auto given = co_await parts.authorizer->header();
    if (given) set_header(request.headers, parts.authorizer->header_name(), std::string(given->reveal()));
    co_return given;
}

result<Pause> pause_after_slow_down(const Error& given, Wait told, Tries& tries, const Api::Parts& parts) {
    const SteadyTime now = parts.time->steady();
    std::string why =
        or_else(given, make_error(Errc::rate_limited, parts.base.host + " limits the rate of calls")).message;
    // A wait that the provider names applies to every caller behind this key; our own guess does not.
    if (told) parts.limiter->block_until(parts.time->now() + *told);
    const auto wait = tries.slow_downs.next_wait(parts.patience, now, told, *parts.random);
    if (wait) return Pause{std::move(why), *wait};
    Error e = retryable(Errc::rate_limited, why, "the next run continues");
    if (told) e.retry_at = parts.time->now() + *told;
    return gave_up(std::move(e), tries.slow_downs, now);
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
    return pause_after_failure(e, told, false, call, tries, parts);
}

}  // namespace

awaitable<result<void>> pause(aio::Time& time, CallObserver* observer, std::string why,
                              std::chrono::milliseconds wait) {
    // A stop that came during the attempt cancels waits, not attempts: a wait begun now would outlast it.
    if (observer && observer->is_stopping()) co_return make_error(Errc::cancelled, "stopped: " + why);
    if (observer) observer->retrying(why, wait);
    auto slept = co_await time.sleep_for(wait);
    if (slept && observer) observer->waited(wait);
    co_return slept;
}

awaitable<result<Answer>> Api::call(const Call& call) {
    Tries tries;
    for (;;) {
        auto permit = co_await take_turn(call, parts_);
        if (!permit) co_return permit.error();

        http::Request request = request_of(call, parts_);
        result<Secret> header = Secret();
        if (call.signed_in) header = co_await sign(request, parts_);
        result<http::Response> sent = make_error(Errc::bug, "not sent");
        if (header) {
            // Last of all: a turn and a token may have been waited for.
            if (call.writes && parts_.may_write)
                if (auto allowed = parts_.may_write(); !allowed) co_return allowed.error();
            count(call, parts_, tries.again);
            tries.again = true;
            const Deadline deadline = parts_.time->steady() + call.timeout;
            sent = co_await parts_.http->send(std::move(request), deadline);
        }
        *permit = Permit();  // the turn ends with the answer, not with the wait after it

        result<Pause> pause = Pause{};
        if (!header) {
            pause = pause_after_error(header.error(), true, call, tries, parts_);
        } else if (!sent) {
            // Repeating a read is harmless whatever became of it: its error says that of itself.
            const bool nothing_sent = call.writes && sent.error().safe_to_retry;
            pause = pause_after_error(sent.error(), nothing_sent, call, tries, parts_);
        } else {
            if (parts_.traffic) parts_.traffic->bytes_sent += sent->bytes_sent;
            const Verdict verdict = parts_.classify_response(*sent);
            if (verdict.kind == Verdict::Kind::answer) {
                Answer answer;
                answer.at = clock_.answered(*sent, parts_.time->now(), parts_.time->steady());
                answer.response = std::move(*sent);
                answer.resent = tries.resent;
                co_return answer;
            }
            if (verdict.kind == Verdict::Kind::quota_spent) {
                parts_.limiter->quota_exhausted();
                continue;
            }
            if (verdict.kind == Verdict::Kind::unauthorised) {
                auto replaced = co_await replace_header(std::move(*header), verdict, call, tries, parts_);
                if (replaced) continue;
                pause = pause_after_error(replaced.error(), true, call, tries, parts_);
            } else {
                pause = pause_after(verdict, *sent, call, tries, parts_);
            }
        }
        if (!pause) co_return pause.error();
        auto paused = co_await provider::pause(*parts_.time, parts_.observer, pause->why, pause->wait);
        if (!paused) co_return paused.error();
    }
}

}  // namespace audienced::provider
