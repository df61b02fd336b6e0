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

Error forbidden(const Problem& p) {
    if (icontains(p.detail, "datacenter") || icontains(p.title, "Wrong Datacenter"))
        return make_error(
            Errc::auth,
            "the API key belongs to another Mailchimp data center than the address that was called",
            "the letters and digits after the key's last '-' are the data center; leave --api-base out, "
            "or give the one that fits the key");
    if (icontains(p.title, "User Disabled"))
        return make_error(Errc::auth, "Mailchimp has disabled this account or its user (User Disabled)",
                          "sign in at mailchimp.com and check the state of the account");
    return make_error(
        Errc::auth, "the user of this API key has no permission for this call at Mailchimp (" + p.title + ")",
        "give that user the role Manager or Admin, or use the key of a user who has it");
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
        const std::string title = problem && !problem->title.empty() ? " (" + problem->title + ")" : "";
        return {Kind::unauthorised,
                make_error(Errc::auth, "Mailchimp refused the credentials of this connection" + title)};
    }
    if (r.status == 403) {
        if (!problem) return slower("403 without JSON");
        return {Kind::fail, forbidden(*problem)};
    }
    return {};
}

}  // namespace audienced::provider::mailchimp
