// What the sandbox knows of each service that it stands in for: a row of a table, made in the service's own
// folder. A new one is a folder and a line in services.def.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox {

/// How a service signs people and programs in. Empty and null: it does not.
struct SignIn {
    std::string_view authorize, token, device;  // paths
    std::string_view token_of_tenant;           // the token endpoint's path behind a tenant's name
    /// Further calls of its login service; nullopt: not one of them.
    std::optional<Reply> (*others)(World&, const Request&) = nullptr;
    /// The token answer in place of the usual pair of an access and a refresh token.
    Reply (*issue)(World&, const std::string& account, const std::string& user) = nullptr;
    bool refreshes = false;  // refresh tokens and device codes
    bool public_clients_need_pkce = false;
    int Knobs::*token_calls_per_second = nullptr;
};

struct Service {
    std::string_view name;               // of an application's "provider": its folder
    std::vector<std::string_view> tops;  // the first steps of its API's paths: "v3"
    std::string_view stage;              // the control API's path segment after /sandbox: "constant-contact"
    Reply (*answer)(World&, const Request&) = nullptr;
    /// Under whose limits a call falls; every caller that is counted apart has a name of its own.
    std::string (*client_of)(World&, const Request&) = nullptr;
    /// For the log: whose data the call is about. May be null.
    std::string (*account_of)(World&, const Request&) = nullptr;
    /// Calls of the control API: set up state, simulate people, dump. nullopt: not one of them.
    std::optional<Reply> (*answer_stage)(World&, const Request&) = nullptr;
    /// The answer, at once, to a call over a limit; `at_once` calls of this client are under way. May be
    /// null.
    std::optional<Reply> (*over_limit)(World&, const Request&, int at_once) = nullptr;
    double (*latency_seconds)(World&, const Request&) = nullptr;  // null: none
    double (*timeout_seconds)(const World&) = nullptr;            // the server gives up; null: never
    /// Takes an API key back; false: there is no such key. May be null.
    bool (*revoke_key)(World&, const std::string& key) = nullptr;
    SignIn sign_in;
};

/// In the order of services.def.
const std::vector<Service>& services();
/// Whose API the call is for; null: of none.
const Service* service_of(const Request&);
const Service* find_service(std::string_view name);

}  // namespace audienced::sandbox
