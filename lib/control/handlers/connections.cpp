// /v1/connections: looking at them, removal. Adding, editing and testing: connection_change.hpp; consent:
// consent.cpp.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/connection_change.hpp"
#include "control/handlers/connection_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

awaitable<result<Reply>> list_connections(Context& context, Request request) {
    auto read = [](store::Database& db, const vault::Vault&) { return store::list_connections(db); };
    auto connections = co_await look_up(context, std::move(read));
    if (!connections) co_return connections.error();
    json out = json::array();
    for (const auto& connection : *connections)
        if (sees(request.caller, connection)) out.push_back(seen_by(request.caller, connection));
    co_return json_reply(out);
}

awaitable<result<Reply>> show_connection(Context& context, Request request) {
    const std::string name = request.argument(0);
    std::vector<std::string> used_by;
    auto read = [&](store::Database& db, const vault::Vault&) -> result<model::Connection> {
        auto connection = usable_connection(db, request.caller, name);
        if (!connection) return connection;
        auto exports = store::list_exports(db);
        if (!exports) return exports.error();
        for (const auto& one : *exports)
            if (one.connection == name) used_by.push_back(one.name);
        return connection;
    };
    auto connection = co_await look_up(context, std::move(read));
    if (!connection) co_return connection.error();
    json out = seen_by(request.caller, *connection);
    if (request.caller.role == Role::administrator) out["exports"] = used_by;
    co_return json_reply(out);
}

awaitable<result<Reply>> remove_connection(Context& context, Request request) {
    const std::string name = request.argument(0);
    const bool detach = request.has("detach");
    std::vector<std::string> detached;
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<void> {
        auto connection = store::get_connection(db, name);
        if (!connection) return connection.error();
        audit.before = print(json_of(*connection));
        auto exports = store::list_exports(db);
        if (!exports) return exports.error();
        for (const auto& one : *exports)
            if (one.connection == name) detached.push_back(one.name);
        return store::remove_connection(db, name, detach);
    };
    const std::string action = detach ? "connection remove --detach" : "connection remove";
    auto done = co_await change(context, request.caller, action, name, std::move(write));
    if (!done) co_return done.error();
    context.live->connection_changed(name);
    context.live->revoke_connection(name,
                                    make_error(Errc::wrong_state, "connection " + name + " was removed",
                                               "give its exports another one: audiencectl export attach"));
    context.live->schedules_changed();
    json out;
    out["removed"] = name;
    out["detached"] = detached;
    co_return json_reply(out);
}

/// For those who may make exports to it.
awaitable<result<Reply>> list_destinations(Context& context, Request request) {
    auto read = [&](store::Database& db, const vault::Vault&) {
        return usable_connection(db, request.caller, request.argument(0));
    };
    auto connection = co_await look_up(context, std::move(read));
    if (!connection) co_return connection.error();
    auto found = co_await context.live->list_destinations(std::move(*connection));
    if (!found) co_return found.error();
    json out = json::array();
    for (const provider::Destination& one : *found) out.push_back(json_of(one));
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> connection_routes() {
    return {{"GET", "/v1/connections", Action::see_connections, list_connections},
            {"POST", "/v1/connections", Action::change_connections, add_connection},
            {"GET", "/v1/connections/{}", Action::see_connections, show_connection},
            {"PATCH", "/v1/connections/{}", Action::change_connections, edit_connection},
            {"POST", "/v1/connections/{}/test", Action::change_connections, test_connection},
            {"GET", "/v1/connections/{}/destinations", Action::see_connections, list_destinations, true},
            {"DELETE", "/v1/connections/{}", Action::change_connections, remove_connection}};
}

}  // namespace audienced::control
