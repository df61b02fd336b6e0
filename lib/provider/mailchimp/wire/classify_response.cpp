#include "provider/mailchimp/wire/classify_response.hpp"

#include "base/text.hpp"
#include "provider/mailchimp/wire/responses.hpp"

namespace audienced::provider::mailchimp {
namespace {

Verdict again(const std::string& what) {
    return {Verdict::Kind::try_again, retryable(Errc::network, "Mailchimp answered " + what)};
}

/// With its own words where the API itself says so, and not the edge before it.
Verdict failing(const http::Response& r, const std::string& status, bool object) {
    const auto problem = object ? read_problem(r.body) : std::nullopt;
    if (!problem || problem->title.empty() || problem->type == "akamai_error_message") return again(status);
    return {Verdict::Kind::try_again,
            retryable(Errc::bad_answer, "Mailchimp answered " + status + " (" + problem->words() + ")")};
}

Verdict slower(const std::string& what) {
    return {Verdict::Kind::slow_down,
            retryable(Errc::rate_limited, "Mailchimp limits the rate of calls (" + what + ")")};
}

/// Mailchimp's own words, then the advice.
Verdict forbidden(const Problem& p) {
    using Kind = Verdict::Kind;
    const std::string words = " (403 " + p.words() + ")";
    if (icontains(p.detail, "datacenter") || icontains(p.title, "Wrong Datacenter"))
        return {
            Kind::fail,
            make_error(
                Errc::auth,
                "the API key belongs to another Mailchimp data center than the address that was called" +
                    words,
                "the letters and digits after the key's last '-' are the data center; leave --api-base out, "
                "or give the one that fits the key")};
    if (icontains(p.title, "User Disabled"))
        return {
            Kind::unauthorised,
            make_error(Errc::auth, "Mailchimp has disabled this key, its user or the account" + words,
                       "sign in at mailchimp.com and look at the state of the account; a new key helps if "
                       "only the key is disabled")};
    return {Kind::fail,
            make_error(Errc::auth, "Mailchimp does not permit this call" + words, may_write_hint)};
}

}  // namespace

Verdict classify_response(const http::Response& r) {
    using Kind = Verdict::Kind;
    const std::string status = std::to_string(r.status);
    const auto first = r.body.find_first_not_of(" \t\r\n");
    const bool object = first != std::string::npos && r.body[first] == '{';
    if (r.status >= 500 || r.status == 408 || r.status == 409) return failing(r, status, object);
    if (r.status >= 300 && r.status < 400)
        return {Kind::fail,
                make_error(Errc::bad_config, "the API address answered with a redirect (" + status + ")",
                           "check --api-base of this connection")};
    if (r.status == 429) return slower(status);
    if (r.ok()) {
        if (r.body.empty() || object) return {};
        return again(status + " without JSON");
    }
    const auto problem = object ? read_problem(r.body) : std::nullopt;
    if (problem && problem->type == "akamai_error_message") return again(status + " from its edge");
    if (r.status == 401) {
        const std::string words = problem && !problem->title.empty() ? " (" + problem->words() + ")" : "";
        return {Kind::unauthorised,
                make_error(Errc::auth, "Mailchimp refused the credentials of this connection" + words)};
    }
    if (r.status == 403) {
        if (!problem) return slower("403 without JSON");
        return forbidden(*problem);
    }
    return {};
}

}  // namespace audienced::provider::mailchimp
