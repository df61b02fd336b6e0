// The page on which a user consents. It consents at once, unless a knob says otherwise.
#include "login/desk.hpp"
#include "services/service.hpp"
#include "wire/json.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::login {
namespace {

Reply page(int status, const std::string& text) {
    return text_reply(status, "text/html", "<html><body><h1>" + text + "</h1></body></html>");
}

Reply redirect(const std::string& where, const Pairs& fields) {
    std::string url = where;
    for (const auto& [name, value] : fields)
        url += (url.find('?') == std::string::npos ? "?" : "&") + name + "=" + percent_encode(value);
    Reply reply = page(302, "Found");
    reply.headers.emplace_back("Location", url);
    return reply;
}

}  // namespace

Reply authorize(World& world, const Request& request, const Service& service) {
    Desk& desk = *world.login;
    const auto found = desk.apps.find(request.param("client_id").value_or(""));
    const std::string redirect_uri = request.param("redirect_uri").value_or("");
    if (found == desk.apps.end() || found->second.provider != service.name)
        return page(400, "unknown client_id");
    if (redirect_uri.empty()) return page(400, "redirect_uri is missing");
    const App& app = found->second;
    const std::string state = request.param("state").value_or("");
    const auto fail = [&](const char* error, const char* text) {
        Pairs fields;
        fields.emplace_back("error", error);
        fields.emplace_back("error_description", text);
        fields.emplace_back("state", state);
        return redirect(redirect_uri, fields);
    };
    if (request.param("response_type") != "code")
        return fail("unsupported_response_type", "response_type must be code");
    if (request.param("code_challenge") && request.param("code_challenge_method") != "S256")
        return fail("invalid_request", "code_challenge_method must be S256");
    if (service.sign_in.public_clients_need_pkce && app.client_secret.empty() &&
        !request.param("code_challenge"))
        return fail("invalid_request", "PKCE code challenge is required");
    const std::string& mode = world.knobs.login_authorize;
    if (mode == "deny") return fail("access_denied", "The resource owner denied the request.");
    std::string code = desk.last_code;
    if (mode != "replayed_code" || code.empty()) {
        code = world.token(40);
        Code& made = desk.codes[code];
        made.client_id = app.client_id;
        made.redirect_uri = redirect_uri;
        made.scope = request.param("scope").value_or("");
        made.challenge = request.param("code_challenge").value_or("");
        made.account = app.account;
        made.user = app.user;
        made.until = world.now() + 300;
        desk.last_code = code;
    }
    Pairs fields;
    if (mode != "no_code") fields.emplace_back("code", code);
    fields.emplace_back("state", mode == "wrong_state" ? state + "x" : state);
    return redirect(redirect_uri, fields);
}

}  // namespace audienced::sandbox::login
