// Codes, device codes and refresh tokens become access tokens.
#include "base/digest.hpp"
#include "login/desk.hpp"
#include "services/service.hpp"
#include "wire/json.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::login {
namespace {

struct Client {
    std::string id, secret;
};

Client client_of(const Request& request, const Pairs& form) {
    const auto header = request.header("authorization");
    if (header.starts_with("Basic ")) {
        if (const auto pair = base64_decode(header.substr(6))) {
            const auto colon = pair->find(':');
            if (colon != std::string::npos) return Client{pair->substr(0, colon), pair->substr(colon + 1)};
        }
    }
    return Client{parameter(form, "client_id"), parameter(form, "client_secret")};
}

Reply from_code(World& world, const App& app, const SignIn& rules, const Pairs& form) {
    Desk& desk = *world.login;
    const auto found = desk.codes.find(parameter(form, "code"));
    if (found == desk.codes.end() || found->second.used || found->second.until < world.now() ||
        found->second.client_id != app.client_id ||
        found->second.redirect_uri != parameter(form, "redirect_uri"))
        return oauth_error(400, "invalid_grant", "The authorization code is invalid or has expired.");
    Code& code = found->second;
    if (!code.challenge.empty() && base64url(sha256(parameter(form, "code_verifier"))) != code.challenge)
        return oauth_error(400, "invalid_grant", "PKCE verification failed.");
    code.used = true;
    if (rules.issue) return rules.issue(world, code.account, code.user);
    return grant(world, app, code.account, code.user, code.scope, "");
}

Reply from_refresh(World& world, const App& app, const Pairs& form) {
    Desk& desk = *world.login;
    const auto found = desk.refresh.find(parameter(form, "refresh_token"));
    const auto bad = [] {
        return oauth_error(400, "invalid_grant", "The refresh token is invalid or expired.");
    };
    if (found == desk.refresh.end() || found->second.client_id != app.client_id) return bad();
    Refresh& old = found->second;
    if (world.now() - old.used > world.knobs.login_idle_days * 86400) return bad();
    if (old.spent_at >= 0 && world.now() - old.spent_at >= world.knobs.login_grace_seconds) return bad();
    old.used = world.now();
    const Refresh kept = old;
    if (world.knobs.login_refresh_tokens == "long_lived")
        return grant(world, app, kept.account, kept.user, kept.scope, found->first);
    // A new set kills every earlier refresh token of this grant.
    for (auto& [value, other] : desk.refresh)
        if (other.client_id == kept.client_id && other.account == kept.account && other.user == kept.user &&
            other.spent_at < 0)
            other.spent_at = world.now();
    return grant(world, app, kept.account, kept.user, kept.scope, "");
}

}  // namespace

Reply grant(World& world, const App& app, const std::string& account, const std::string& user,
            const std::string& scope, const std::string& kept_refresh) {
    Desk& desk = *world.login;
    const std::string token = "eyJ" + world.token(1100);
    Access& access = desk.access[token];
    access.client_id = app.client_id;
    access.account = account;
    access.user = user;
    access.scope = scope;
    access.until = world.now() + world.knobs.login_token_seconds;
    json body = {{"token_type", "Bearer"},
                 {"expires_in", static_cast<std::int64_t>(world.knobs.login_token_seconds)},
                 {"access_token", token},
                 {"scope", scope}};
    if (scope.find("offline_access") != std::string::npos) {
        const std::string value = kept_refresh.empty() ? world.token(42) : kept_refresh;
        Refresh& refresh = desk.refresh[value];
        refresh.client_id = app.client_id;
        refresh.account = account;
        refresh.user = user;
        refresh.scope = scope;
        refresh.used = world.now();
        body["refresh_token"] = value;
    }
    return json_reply(200, body);
}

Reply token(World& world, const Request& request, const Service& service) {
    const SignIn& rules = service.sign_in;
    const Pairs form = parameters(request);
    const Client client = client_of(request, form);
    const auto found = world.login->apps.find(client.id);
    if (found == world.login->apps.end() || found->second.provider != service.name)
        return oauth_error(401, "invalid_client", "Client authentication failed.");
    App& app = found->second;
    const int limit = rules.token_calls_per_second ? world.knobs.*rules.token_calls_per_second : 0;
    const std::string kind = parameter(form, "grant_type");
    const bool polls = kind == "urn:ietf:params:oauth:grant-type:device_code";
    if (limit > 0 && !polls) {
        if (world.now() - app.last_token_call < 1.0 / limit)
            return json_reply(429,
                              {{"errorCode", "E0000047"},
                               {"errorSummary", "API call exceeded rate limit due to too many requests."}});
        app.last_token_call = world.now();
    }
    if (app.deactivated) return oauth_error(401, "invalid_client", "The application is not active.");
    if (!app.client_secret.empty() && client.secret != app.client_secret)
        return oauth_error(401, "invalid_client",
                           "The client secret supplied for a confidential client is invalid.");
    if (kind == "authorization_code") return from_code(world, app, rules, form);
    if (kind == "client_credentials")
        return grant(world, app, app.account, app.user, parameter(form, "scope"), "");
    if (rules.refreshes && kind == "refresh_token") return from_refresh(world, app, form);
    if (rules.refreshes && polls) return device_token(world, app, form);
    return oauth_error(400, "unsupported_grant_type", "The authorization grant type is not supported.");
}

}  // namespace audienced::sandbox::login
