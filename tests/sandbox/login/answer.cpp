#include <algorithm>

#include "base/text.hpp"
#include "login/desk.hpp"
#include "services/service.hpp"
#include "wire/json.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::login {
Pairs parameters(const Request& request) {
    Pairs all = request.query;
    if (icontains(request.header("content-type"), "x-www-form-urlencoded"))
        for (auto& pair : parse_form(request.body)) all.push_back(std::move(pair));
    return all;
}

std::string parameter(const Pairs& pairs, std::string_view name) {
    for (const auto& [key, value] : pairs)
        if (key == name) return value;
    return {};
}

Reply oauth_error(int status, const std::string& error, const std::string& description) {
    Reply reply = json_reply(status, {{"error", error}, {"error_description", description}});
    reply.content_type = "application/json";
    return reply;
}

namespace {

std::optional<Reply> answer_of(World& world, const Request& request, const Service& service) {
    const SignIn& rules = service.sign_in;
    const auto is = [&](std::string_view method, std::string_view path) {
        return request.method == method && !path.empty() && request.path == path;
    };
    if (is("GET", rules.authorize)) return authorize(world, request, service);
    if (is("POST", rules.token)) return token(world, request, service);
    if (is("POST", rules.device)) return device_authorize(world, request);
    if (request.method == "POST" && !rules.token_of_tenant.empty() &&
        request.path.ends_with(rules.token_of_tenant))
        return token(world, request, service);
    return rules.others ? rules.others(world, request) : std::nullopt;
}

Reply route(World& world, const Request& request) {
    for (const Service& service : services())
        if (auto reply = answer_of(world, request, service)) return std::move(*reply);
    const bool device_page = request.method == "GET" || request.method == "POST";
    if (device_page && request.path == "/activate") return activate(world, request);
    return text_reply(404, "text/html", "<html><body>404</body></html>");
}

}  // namespace

bool is_login(const Request& request) {
    const auto& s = request.segments;
    if (!s.empty() && (s[0] == "oauth2" || s[0] == "activate")) return true;
    return std::any_of(services().begin(), services().end(), [&](const Service& one) {
        const auto& path = one.sign_in.token_of_tenant;
        return !path.empty() && request.path.ends_with(path);
    });
}

Reply answer(World& world, const Request& request) {
    if (world.knobs.login_user_agent_needed && request.header("user-agent").empty())
        return *fault_reply("403_html");
    Reply reply = route(world, request);
    reply.kind = request.method + " " + request.path;
    reply.write = request.method != "GET";
    return reply;
}

}  // namespace audienced::sandbox::login
