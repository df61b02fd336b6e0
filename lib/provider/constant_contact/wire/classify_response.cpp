#include "provider/constant_contact/wire/classify_response.hpp"

#include "provider/constant_contact/wire/responses.hpp"

namespace audienced::provider::constant_contact {
namespace {

Verdict again(const std::string& what) {
    return {Verdict::Kind::try_again, retryable(Errc::network, "Constant Contact answered " + what)};
}

Verdict slower(const std::string& what) {
    return {Verdict::Kind::slow_down,
            retryable(Errc::rate_limited, "Constant Contact limits the rate of calls (" + what + ")")};
}

Verdict too_many(const std::optional<Problem>& problem) {
    if (!problem || problem->key == "throttled") return slower("429");
    if (problem->key == "quota_exceeded") return {Verdict::Kind::quota_spent, {}};
    // Not retryable(): it is told by that, and only the session knows how long a queue may take.
    return {Verdict::Kind::fail, make_error(Errc::rate_limited, "Constant Contact's queue of jobs is full (" +
                                                                    problem->words() + ")")};
}

}  // namespace

Verdict classify_response(const http::Response& r) {
    using Kind = Verdict::Kind;
    const std::string status = std::to_string(r.status);
    const auto first = r.body.find_first_not_of(" \t\r\n");
    const bool json = first != std::string::npos && (r.body[first] == '{' || r.body[first] == '[');
    if (r.status >= 500 || r.status == 408) return again(status);
    if (r.status >= 300 && r.status < 400)
        return {Kind::fail,
                make_error(Errc::bad_config, "the API address answered with a redirect (" + status + ")",
                           "check --api-base of this connection")};
    if (r.ok()) return json ? Verdict{} : again(status + " without JSON");
    const auto problem = json ? read_problem(r.body) : std::nullopt;
    if (r.status == 429) return too_many(problem);
    if (r.status == 401)
        return {Kind::unauthorised,
                make_error(Errc::auth, "Constant Contact refused the access token of this connection")};
    if (r.status == 403) {
        if (!problem) return slower("403 without JSON");
        if (problem->key.empty())
            return {Kind::fail, make_error(Errc::bad_config,
                                           "Constant Contact's gateway does not know this address (403)",
                                           "check --api-base of this connection")};
    }
    return {};
}

bool is_queue_full(const Error& e) noexcept {
    return e.code == Errc::rate_limited && !e.safe_to_retry;
}

}  // namespace audienced::provider::constant_contact
