#include "base/text.hpp"
#include "login/desk.hpp"
#include "mailchimp/model.hpp"
#include "wire/json.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::login {
namespace {

/// A bad token is told with status 200: the trap of this endpoint.
Reply metadata(World& world, const Request& request) {
    const auto header = request.header("authorization");
    const auto blank = header.find(' ');
    const std::string token(blank == std::string_view::npos ? std::string_view{}
                                                            : trim(header.substr(blank + 1)));
    const auto found = world.mailchimp->credentials.find(token);
    if (found == world.mailchimp->credentials.end() || found->second.revoked)
        return json_reply(200, {{"error", "invalid_token"},
                                {"error_description", "The access token provided is invalid."}});
    const auto& account = *world.mailchimp->by_name.at(found->second.account);
    const std::string user = found->second.user;
    return json_reply(200, {{"dc", account.dc},
                            {"role", account.users.at(user).role},
                            {"accountname", account.name},
                            {"user_id", 123},
                            {"login",
                             {{"email", user + "@" + account.name + ".example"},
                              {"avatar", nullptr},
                              {"login_id", 123},
                              {"login_name", user},
                              {"login_email", user + "@" + account.name + ".example"}}},
                            {"login_url", "https://login.mailchimp.com"},
                            {"api_endpoint", "https://" + account.dc + ".api.mailchimp.com"}});
}

}  // namespace

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

Reply answer(World& world, const Request& request) {
    if (world.knobs.login_user_agent_needed && request.header("user-agent").empty())
        return *fault_reply("403_html");
    const auto is = [&](std::string_view method, std::string_view path) {
        return request.method == method && request.path == path;
    };
    Reply reply;
    if (is("GET", "/oauth2/authorize"))
        reply = authorize(world, request, "mailchimp");
    else if (is("POST", "/oauth2/token"))
        reply = token(world, request, "mailchimp");
    else if (is("GET", "/oauth2/metadata"))
        reply = metadata(world, request);
    else if (is("GET", "/oauth2/default/v1/authorize"))
        reply = authorize(world, request, "constant_contact");
    else if (is("POST", "/oauth2/default/v1/token"))
        reply = token(world, request, "constant_contact");
    else if (is("POST", "/oauth2/default/v1/device/authorize"))
        reply = device_authorize(world, request);
    else if (is("GET", "/activate") || is("POST", "/activate"))
        reply = activate(world, request);
    else if (request.method == "POST" && request.path.ends_with("/oauth2/v2.0/token"))
        reply = token(world, request, "customer_insights");
    else
        reply = text_reply(404, "text/html", "<html><body>404</body></html>");
    reply.kind = request.method + " " + request.path;
    reply.write = request.method != "GET";
    return reply;
}

}  // namespace audienced::sandbox::login
