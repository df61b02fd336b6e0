// Signing in without a browser on the same machine (RFC 8628).
#include "login/desk.hpp"
#include "wire/json.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::login {

Reply device_authorize(World& world, const Request& request) {
    const Pairs form = parameters(request);
    Desk& desk = *world.login;
    const auto found = desk.apps.find(parameter(form, "client_id"));
    if (found == desk.apps.end()) return oauth_error(401, "invalid_client", "Client authentication failed.");
    if (!found->second.device)
        return oauth_error(400, "unauthorized_client",
                           "The client is not authorized to use the device grant.");
    const std::string code = world.token(36);
    Device& device = desk.devices[code];
    device.client_id = found->first;
    for (int i = 0; i < 8; ++i) device.user_code += "BCDFGHJKLMNPQRSTVWXZ"[world.random() % 20];
    device.scope = parameter(form, "scope");
    device.interval = world.knobs.login_device_interval;
    device.until = world.now() + world.knobs.login_device_expires;
    if (world.knobs.login_device == "allow") device.state = "allowed";
    if (world.knobs.login_device == "deny") device.state = "denied";
    return json_reply(
        200, {{"device_code", code},
              {"user_code", device.user_code},
              {"verification_uri", world.base_url + "/activate"},
              {"verification_uri_complete", world.base_url + "/activate?user_code=" + device.user_code},
              {"expires_in", static_cast<int>(world.knobs.login_device_expires)},
              {"interval", static_cast<int>(device.interval)}});
}

Reply activate(World& world, const Request& request) {
    const std::string code = parameter(parameters(request), "user_code");
    for (auto& [value, device] : world.login->devices) {
        if (device.user_code != code || device.state != "pending") continue;
        device.state = request.param("deny") ? "denied" : "allowed";
        return text_reply(200, "text/html", "<html><body><h1>Device activated</h1></body></html>");
    }
    return text_reply(404, "text/html", "<html><body><h1>Invalid code. Try again.</h1></body></html>");
}

Reply device_token(World& world, App& app, const Pairs& form) {
    const auto found = world.login->devices.find(parameter(form, "device_code"));
    if (found == world.login->devices.end() || found->second.client_id != app.client_id ||
        found->second.state == "used")
        return oauth_error(400, "invalid_grant", "The device code is invalid.");
    Device& device = found->second;
    if (world.now() > device.until) return oauth_error(400, "expired_token", "The device code has expired.");
    const bool hasty = world.now() - device.last_poll < device.interval - 0.05;
    device.last_poll = world.now();
    if (hasty) {
        device.interval += 5;
        return oauth_error(400, "slow_down", "Polling too fast.");
    }
    if (device.state == "denied")
        return oauth_error(400, "access_denied", "The resource owner denied the request.");
    if (device.state == "pending")
        return oauth_error(400, "authorization_pending",
                           "The device authorization is pending. Please try again later.");
    device.state = "used";
    return grant(world, app, app.account, app.user, device.scope, "");
}

}  // namespace audienced::sandbox::login
