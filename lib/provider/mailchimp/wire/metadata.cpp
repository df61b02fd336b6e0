#include "provider/mailchimp/wire/metadata.hpp"

#include <nlohmann/json.hpp>

namespace audienced::provider::mailchimp {
using nlohmann::json;

namespace {

std::string_view domain_of(const std::string& host) {
    const auto dot = host.find('.');
    return dot == host.npos ? std::string_view(host) : std::string_view(host).substr(dot);
}

}  // namespace

http::Request metadata_request(const http::Url& login_base, const Secret& access_token) {
    http::Request r;
    r.url = http::join(login_base, "/oauth2/metadata");
    r.headers.emplace_back("Authorization", "OAuth " + std::string(access_token.reveal()));
    r.headers.emplace_back("Accept", "application/json");
    return r;
}

result<std::string> read_api_endpoint(const http::Response& r) {
    if (r.status >= 500 || r.status == 429)
        return retryable(Errc::network,
                         "the login service answered " + std::to_string(r.status) +
                             " to the request for the account's API address",
                         "try again in a minute");
    const json body = json::parse(r.body, nullptr, false);
    if (body.is_object() && body.contains("api_endpoint") && body["api_endpoint"].is_string()) {
        std::string endpoint = body["api_endpoint"].get<std::string>();
        while (endpoint.ends_with('/')) endpoint.pop_back();
        if (http::parse_url(endpoint)) return endpoint;
        return make_error(Errc::bad_answer, "the login service names an API address that is not https");
    }
    if (body.is_object() && body.contains("error"))
        return make_error(Errc::auth, "the login service does not accept the token", "sign in again");
    return make_error(Errc::bad_answer, "the login service did not name the account's API address",
                      "name it with --api-base");
}

std::string api_base_after(const std::string& present, const std::string& named) {
    if (present.empty()) return named;
    const auto before = http::parse_url(present), after = http::parse_url(named);
    if (!before || !after) return present;
    return domain_of(before->host) == domain_of(after->host) ? named : present;
}

result<std::string> read_api_base(const http::Response& answer, const std::string& present) {
    auto endpoint = read_api_endpoint(answer);
    if (!endpoint) return endpoint;
    return api_base_after(present, *endpoint);
}

}  // namespace audienced::provider::mailchimp
