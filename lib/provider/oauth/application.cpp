#include "provider/oauth/application.hpp"

namespace audienced::provider::oauth {

result<Application> application_of(const model::Connection& connection, Secret client_secret) {
    const Kind* kind = find_kind(connection.provider);
    if (!kind) return make_error(Errc::usage, "there is no provider called " + connection.provider);
    if (connection.client_id.empty())
        return make_error(Errc::wrong_state,
                          "connection " + connection.name + " has no client id to sign in with",
                          "register an application at " + std::string(kind->title) +
                              " and add a connection with --client-id");
    const std::string base =
        connection.login_base.empty() ? std::string(kind->oauth.login_base) : connection.login_base;
    auto url = http::parse_url(base);
    if (!url) return url.error();
    Application out;
    out.rules = kind->oauth;
    out.client_id = connection.client_id;
    out.client_secret = std::move(client_secret);
    out.login_base = std::move(*url);
    out.ca_file = connection.ca_file;
    return out;
}

}  // namespace audienced::provider::oauth
