// /v1/connections/{}/authenticate: OAuth in a browser or by device code; /token: tokens got elsewhere.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

constexpr std::uint64_t longest_wait = 25;  // seconds; clients count a minute of silence as gone

run::SignInBy asked_by(const Caller& caller) {
    run::SignInBy by;
    by.uid = caller.peer.uid;
    by.user = caller.peer.user;
    return by;
}

json account_of(const std::string& connection, const provider::Account& account) {
    json out;
    out["name"] = connection;
    out["done"] = true;
    out["account_id"] = account.id;
    out["account_name"] = account.name;
    out["account_role"] = account.role;
    return out;
}

void settled(Context& context, const std::string& connection) {
    context.live->connection_changed(connection);
    context.live->schedules_changed();
}

awaitable<result<Reply>> begin(Context& context, Request request) {
    Fields fields(request.body);
    run::SignInRequest asked;
    asked.connection = request.argument(0);
    asked.by = asked_by(request.caller);
    asked.device = fields.flag_or("device", false);
    asked.listen = fields.text_or("listen", {});
    if (asked.device && !asked.listen.empty())
        fields.refuse("--listen does not apply to --device: no browser is redirected");
    if (auto good = fields.finish(); !good) co_return good.error();
    auto started = co_await context.live->start_sign_in(std::move(asked));
    if (!started) co_return started.error();
    json out;
    out["id"] = started->id;
    const std::pair<const char*, const std::string*> texts[] = {
        {"url", &started->url},
        {"redirect_uri", &started->redirect_uri},
        {"user_code", &started->user_code},
        {"verification_uri", &started->verification_uri},
        {"verification_uri_complete", &started->verification_uri_complete}};
    for (const auto& [key, text] : texts)
        if (!text->empty()) out[key] = *text;
    out["expires_at"] = to_iso8601(started->expires_at);
    co_return json_reply(out, 202);
}

awaitable<result<Reply>> outcome(Context& context, Request request) {
    const auto seconds = query_number(request, "wait", longest_wait, 0, longest_wait);
    if (!seconds) co_return seconds.error();
    const std::string name = request.argument(0), id = request.argument(1);
    const Deadline deadline = context.time->steady() + std::chrono::seconds(*seconds);
    auto account = co_await context.live->await_sign_in(name, id, deadline);
    if (!account) co_return account.error();
    if (*account) {
        settled(context, name);
        co_return json_reply(account_of(name, **account));
    }
    json out;
    out["name"] = name;
    out["done"] = false;
    co_return json_reply(out);
}

awaitable<result<Reply>> import_token(Context& context, Request request) {
    Fields fields(request.body);
    model::Credentials tokens;
    if (!fields.has("access_token")) fields.refuse("access_token is missing");
    tokens.access_token = Secret(fields.secret_or_none("access_token", SecretShape::word));
    tokens.refresh_token = Secret(fields.secret_or_none("refresh_token", SecretShape::word));
    const auto seconds = fields.number_or("expires_in", 0, 0, 366 * 86400);
    if (auto good = fields.finish(); !good) co_return good.error();
    const SysTime now = context.time->now();
    if (seconds > 0) tokens.access_expires_at = now + std::chrono::seconds(seconds);
    tokens.refreshed_at = now;
    std::string name = request.argument(0);
    run::SignInBy by = asked_by(request.caller);
    auto account = co_await context.live->import_token(std::move(name), std::move(tokens), std::move(by));
    if (!account) co_return account.error();
    settled(context, request.argument(0));
    co_return json_reply(account_of(request.argument(0), *account));
}

}  // namespace

std::vector<Route> sign_in_routes() {
    return {{"POST", "/v1/connections/{}/authenticate", Action::change_connections, begin},
            {"GET", "/v1/connections/{}/authenticate/{}", Action::change_connections, outcome},
            {"POST", "/v1/connections/{}/token", Action::change_connections, import_token}};
}

}  // namespace audienced::control
