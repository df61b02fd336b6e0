// Applications at the login services, and tokens made without a sign-in.
#include <algorithm>

#include "control/plain.hpp"
#include "control/routes.hpp"
#include "login/desk.hpp"
#include "services/service.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::control {
namespace {

Reply make_app(World& world, const json& body) {
    const std::string id = text_of(body, "client_id", world.token(36));
    login::App& app = world.login->apps[id];
    app.client_id = id;
    app.client_secret = text_of(body, "client_secret", app.client_secret);
    app.provider = text_of(body, "provider", app.provider);
    app.account = text_of(body, "account", app.account.empty() ? "acme" : app.account);
    app.user = text_of(body, "user", app.user);
    app.device = flag_of(body, "device", app.device);
    app.deactivated = flag_of(body, "deactivated", app.deactivated);
    if (body.contains("calls_today")) {
        app.day = static_cast<std::int64_t>(world.now()) / 86400;
        app.today = static_cast<int>(number_of(body, "calls_today"));
    }
    return json_reply(200, {{"client_id", id}, {"account", app.account}});
}

Reply make_token(World& world, const json& body) {
    const auto found = world.login->apps.find(text_of(body, "client_id"));
    if (found == world.login->apps.end()) return refused("no such client_id");
    const login::App& app = found->second;
    const std::string account = text_of(body, "account", app.account), user = text_of(body, "user", app.user);
    const Service* service = find_service(app.provider);
    if (service && service->sign_in.issue) return service->sign_in.issue(world, account, user);
    return login::grant(world, app, account, user,
                        text_of(body, "scope", "contact_data account_read offline_access"), "");
}

/// Takes back what an application was given: everything, or only the access tokens (they "expire").
Reply revoke(World& world, const json& body) {
    const std::string id = text_of(body, "client_id"), account = text_of(body, "account");
    const auto hit = [&](const auto& entry) {
        return (id.empty() || entry.second.client_id == id) &&
               (account.empty() || entry.second.account == account);
    };
    std::erase_if(world.login->access, hit);
    if (!flag_of(body, "access_only")) std::erase_if(world.login->refresh, hit);
    if (body.contains("api_key")) {
        const std::string key = text_of(body, "api_key");
        const auto revokes = [&](const Service& one) { return one.revoke_key && one.revoke_key(world, key); };
        if (std::none_of(services().begin(), services().end(), revokes)) return refused("no such api_key");
    }
    return done();
}

}  // namespace

std::optional<Reply> answer_apps(World& world, const Request& request) {
    const auto& s = request.segments;
    if (s.size() < 2 || (s[1] != "apps" && s[1] != "tokens" && s[1] != "revoke") || request.method != "POST")
        return std::nullopt;
    const auto body = parse_json(request.body);
    if (!body || !body->is_object()) return refused("not a JSON object");
    if (s[1] == "apps") return make_app(world, *body);
    if (s[1] == "tokens") return make_token(world, *body);
    return revoke(world, *body);
}

}  // namespace audienced::sandbox::control
