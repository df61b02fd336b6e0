// Where people sign in: applications, codes, device codes, access and refresh tokens, of every provider.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "wire/reply.hpp"

namespace audienced::sandbox {
struct World;
struct Service;
}  // namespace audienced::sandbox

namespace audienced::sandbox::login {

struct App {
    std::string client_id, client_secret;  // no secret: a public client (PKCE, device)
    std::string provider = "constant_contact", account, user = "owner";
    bool device = true, deactivated = false;
    double last_token_call = -1e9;
    // The gateway's count of calls.
    std::deque<double> last_second;
    std::int64_t day = -1;
    int today = 0;
};

struct Code {
    std::string client_id, redirect_uri, scope, challenge, account, user;
    double until = 0;
    bool used = false;
};

struct Device {
    std::string client_id, user_code, scope, state = "pending";  // pending | allowed | denied | used
    double until = 0, last_poll = -1e9, interval = 5;
};

struct Access {
    std::string client_id, account, user, scope;
    double until = 0;
};

struct Refresh {
    std::string client_id, account, user, scope;
    double used = 0;       // last use
    double spent_at = -1;  // rotated away at
};

class Desk {
public:
    std::map<std::string, App> apps;
    std::map<std::string, Code> codes;
    std::map<std::string, Device> devices;
    std::map<std::string, Access> access;
    std::map<std::string, Refresh> refresh;
    std::string last_code;  // for the knob that replays one
};

/// Is this a call of a login service: under /oauth2 or /activate, or a tenant's token endpoint?
bool is_login(const Request&);
Reply answer(World&, const Request&);
/// Makes a pair of tokens as the token endpoint would.
Reply grant(World&, const App&, const std::string& account, const std::string& user, const std::string& scope,
            const std::string& kept_refresh);
/// The parameters of a form body and of the query together.
Pairs parameters(const Request&);
std::string parameter(const Pairs&, std::string_view name);
Reply oauth_error(int status, const std::string& error, const std::string& description);
// token.cpp
Reply token(World&, const Request&, const Service&);
// authorize.cpp
Reply authorize(World&, const Request&, const Service&);
// device.cpp
Reply device_authorize(World&, const Request&);
Reply activate(World&, const Request&);
Reply device_token(World&, App&, const Pairs&);

}  // namespace audienced::sandbox::login
