// The application that signs in, as it is registered at the provider.
#pragma once

#include <string>

#include "base/secret.hpp"
#include "http/message.hpp"
#include "provider/registry.hpp"

namespace audienced::provider::oauth {

struct Application {
    OAuthRules rules;
    std::string client_id;
    Secret client_secret;  // empty: a public client
    http::Url login_base;
    std::string ca_file;
};

/// Of a connection: the provider's rules, its --login-base if one was given. Errors: usage (no such provider;
/// an address that is not https), wrong_state (the connection has no client id).
result<Application> application_of(const model::Connection& connection, Secret client_secret);

}  // namespace audienced::provider::oauth
