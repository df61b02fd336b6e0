// The kinds of provider. Adding one is a folder lib/provider/<name>/, one line in providers.def, and its
// tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/connection.hpp"
#include "provider/api.hpp"
#include "provider/auth_scheme.hpp"
#include "provider/options.hpp"
#include "provider/provider.hpp"

namespace audienced::provider {

/// What a provider is made from; everything pointed to outlives it.
struct ProviderArgs {
    const model::Connection* connection = nullptr;  // copied where needed
    http::Client* http = nullptr;
    aio::Time* time = nullptr;
    Random* random = nullptr;
    Limiters* limiters = nullptr;
    Authorizer* authorizer = nullptr;
    model::Traffic* traffic = nullptr;
    CallObserver* observer = nullptr;
    MayWrite may_write;                                  // copied
    retry::Patience patience = retry::patience_of_runs;  // of each call
};

/// How this provider signs people in (OAuth); see oauth/.
struct OAuthRules {
    std::string_view login_base;  // default of --login-base
    std::string_view authorize_path, token_path, device_path;
    std::string_view scope;
    bool pkce = false;
    bool refreshes = false;  // false: tokens never expire
    unsigned token_calls_per_second = 0;
    int idle_days = 0;            // a refresh token dies after so many days without use; 0: never
    bool secret_in_body = false;  // the client's secret goes into the form instead of a Basic header
    std::string_view redirect_host = "localhost";  // of http://HOST:PORT/callback, as it can be registered
    AuthScheme scheme;                             // how a call carries the access token
};

/// Where an account's API is, if that has to be asked after a sign-in. Both null: it is known beforehand.
struct ApiBaseLookup {
    /// At the login service. The caller adds the connection's CA and the limit of the answer.
    http::Request (*request)(const http::Url& login_base, const Secret& access_token) = nullptr;
    /// The connection's API base from now on; `present` is what it was. Errors: auth, bad_answer, network.
    result<std::string> (*read)(const http::Response&, const std::string& present) = nullptr;
};

/// Its options, and what it does with them.
struct Kind : OptionTable {
    AuthScheme key_scheme;  // how a call carries an API key
    http::Headers headers;  // of every call to the API: a revision, for instance. No secrets
    OAuthRules oauth;       // without a token_path: no OAuth
    ApiBaseLookup learn_api_base;
    std::size_t title_bytes = 50;  // of a tag's title
    /// The default API base of a connection, which may follow from the key's suffix, or an error (usage) that
    /// says what is wrong with the key. `api_key` is empty for OAuth.
    result<std::string> (*default_api_base)(std::string_view api_key) = nullptr;
    result<ProviderPtr> (*make)(const ProviderArgs&) = nullptr;
};

const std::vector<Kind>& kinds();
const Kind* find_kind(std::string_view name);
/// Errors: usage, with the providers that there are.
result<ProviderPtr> make(const ProviderArgs&);

}  // namespace audienced::provider
