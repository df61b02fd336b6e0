// /v1/consent and /v1/connections/{}/consent: what is accepted, who accepted it, giving and withdrawing.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/connection_change.hpp"
#include "control/handlers/connection_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

json present_text() {
    json out;
    out["text"] = model::consent_text;
    out["text_version"] = model::consent_text_version;
    return out;
}

awaitable<result<Reply>> show_text(Context&, Request) {
    co_return json_reply(present_text());
}

awaitable<result<Reply>> show_consent(Context& context, Request request) {
    auto read = [&](store::Database& db, const vault::Vault&) {
        return store::get_connection(db, request.argument(0));
    };
    auto connection = co_await look_up(context, std::move(read));
    if (!connection) co_return connection.error();
    json out = present_text();
    out["connection"] = connection->name;
    out["consent"] = json_of(*connection)["consent"];
    co_return json_reply(out);
}

awaitable<result<Reply>> change_consent(Context& context, Request request) {
    const std::string name = request.argument(0);
    Fields fields(request.body);
    if (!fields.has("give")) fields.refuse("give is missing: true or false");
    const bool give = fields.flag_or("give", false);
    if (auto good = fields.finish(); !good) co_return good.error();
    const SysTime now = context.time->now();
    model::Connection before;
    auto write = [&](store::Database& db, const vault::Vault&,
                     store::AuditRow& audit) -> result<model::Connection> {
        auto connection = store::get_connection(db, name);
        if (!connection) return connection;
        before = *connection;
        audit.before = print(json_of(*connection));
        model::Consent given;
        given.by = request.caller.peer.user;
        given.at = now;
        auto kept = give ? store::give_consent(db, name, given) : store::withdraw_consent(db, name);
        if (!kept) return kept.error();
        connection = store::get_connection(db, name);
        if (connection) audit.after = print(json_of(*connection));
        return connection;
    };
    const std::string action = give ? "connection consent give" : "connection consent withdraw";
    auto connection = co_await change(context, request.caller, action, name, std::move(write));
    if (!connection) co_return connection.error();
    context.live->connection_changed(name);
    tell_if_ready(context, before, *connection);
    if (!give)
        context.live->revoke_connection(
            name, make_error(Errc::wrong_state, "the consent of connection " + name + " was withdrawn",
                             "nothing is sent before audiencectl connection consent " + name + " --give"));
    context.live->schedules_changed();
    json out = json_of(*connection);
    if (give) out["consent_text"] = model::consent_text;
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> consent_routes() {
    return {{"GET", "/v1/consent", Action::see_consent, show_text},
            {"GET", "/v1/connections/{}/consent", Action::see_consent, show_consent},
            {"PUT", "/v1/connections/{}/consent", Action::change_connections, change_consent}};
}

}  // namespace audienced::control
