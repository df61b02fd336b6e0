// What the sandbox knows of Mailchimp.
#include "services/service.hpp"

#include "base/text.hpp"
#include "mailchimp/batches.hpp"
#include "mailchimp/model.hpp"
#include "mailchimp/routes.hpp"
#include "mailchimp/stage.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

bool is_api(const Request& request) {
    return request.segments[0] == "3.0";
}

Reply answer_call(World& world, const Request& request) {
    return is_api(request) ? answer(world, request) : batch_results(world, request);
}

std::string caller_of(World& world, const Request& request) {
    return is_api(request) ? client_of(world, request) : "?";
}

std::optional<Reply> over_limit(World& world, const Request& request, int at_once) {
    const int most = world.knobs.mc_connection_limit;
    if (!is_api(request) || most == 0 || at_once <= most) return std::nullopt;
    Reply reply = *fault_reply(world.knobs.mc_connection_limit_bare ? "429_bare" : "429_json");
    reply.kind = request.method + " /3.0/(too many at once)";
    return reply;
}

std::size_t rows_in(const std::string& body) {
    std::size_t n = 0;
    for (auto at = body.find("\"email_address\""); at != std::string::npos;
         at = body.find("\"email_address\"", at + 15))
        ++n;
    return n;
}

double latency_seconds(World& world, const Request& request) {
    const Knobs& knobs = world.knobs;
    if (!is_api(request)) return 0;
    double ms = world.between(knobs.mc_latency_min_ms, knobs.mc_latency_max_ms);
    if (request.method == "POST" && request.segments.size() == 3 && knobs.mc_bulk_latency_max_ms > 0)
        ms = world.between(knobs.mc_bulk_latency_min_ms, knobs.mc_bulk_latency_max_ms) *
             double(rows_in(request.body)) / 500;
    return ms / 1000;
}

double timeout_seconds(const World& world) {
    return world.knobs.mc_timeout_seconds;
}

bool revoke_key(World& world, const std::string& key) {
    auto& known = world.of<Accounts>().credentials;
    const auto found = known.find(key);
    if (found == known.end()) return false;
    found->second.revoked = true;
    return true;
}

/// A token that never expires, and no refresh token.
Reply issue(World& world, const std::string& account, const std::string& user) {
    const std::string secret = world.token(32);
    world.of<Accounts>().credentials[secret] = Credential{account, user, false};
    return json_reply(200, {{"access_token", secret}, {"expires_in", 0}, {"scope", nullptr}});
}

/// A bad token is told with status 200: the trap of this endpoint.
Reply metadata(World& world, const Request& request) {
    const auto header = request.header("authorization");
    const auto blank = header.find(' ');
    const std::string token(blank == std::string_view::npos ? std::string_view{}
                                                            : trim(header.substr(blank + 1)));
    const Accounts& all = world.of<Accounts>();
    const auto found = all.credentials.find(token);
    if (found == all.credentials.end() || found->second.revoked)
        return json_reply(200, {{"error", "invalid_token"},
                                {"error_description", "The access token provided is invalid."}});
    const Account& account = *all.by_name.at(found->second.account);
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

std::optional<Reply> other_sign_in(World& world, const Request& request) {
    if (request.method == "GET" && request.path == "/oauth2/metadata") return metadata(world, request);
    return std::nullopt;
}

}  // namespace

Service service() {
    Service s;
    s.name = "mailchimp";
    s.tops = {"3.0", "batch-results"};
    s.stage = "mailchimp";
    s.answer = answer_call;
    s.client_of = caller_of;
    s.answer_stage = answer_stage;
    s.over_limit = over_limit;
    s.latency_seconds = latency_seconds;
    s.timeout_seconds = timeout_seconds;
    s.revoke_key = revoke_key;
    s.sign_in.authorize = "/oauth2/authorize";
    s.sign_in.token = "/oauth2/token";
    s.sign_in.others = other_sign_in;
    s.sign_in.issue = issue;
    return s;
}

}  // namespace audienced::sandbox::mailchimp
