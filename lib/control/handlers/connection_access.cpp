#include "control/handlers/connection_access.hpp"

#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

json seen_by(const Caller& caller, const model::Connection& connection) {
    if (caller.role == Role::administrator) return json_of(connection);
    json out;
    out["name"] = connection.name;
    out["title"] = connection.title;
    out["provider"] = connection.provider;
    return out;
}

bool sees(const Caller& caller, const model::Connection& connection) noexcept {
    return caller.role != Role::contributor || may_use(caller, connection);
}

result<model::Connection> usable_connection(store::Database& db, const Caller& caller,
                                            const std::string& name) {
    auto connection = store::get_connection(db, name);
    if (!connection) return connection;
    if (!may_use(caller, *connection)) return not_allowed_on(caller, name);
    return connection;
}

result<void> check_ready(const model::Connection& connection) {
    const std::string name = connection.name;
    if (!connection.consent)
        return make_error(Errc::wrong_state,
                          "the connection " + name + " has no consent, so nothing may be sent to it",
                          "an administrator gives it: audiencectl connection consent " + name + " --give");
    if (connection.state == model::ConnectionState::needs_sign_in)
        return make_error(
            Errc::wrong_state, "the connection " + name + " is not signed in",
            connection.auth == model::AuthKind::oauth
                ? "sign in: audiencectl connection authenticate " + name
                : "give it a working key: audiencectl connection edit " + name + " --api-key-file FILE");
    if (connection.state == model::ConnectionState::stopped)
        return make_error(
            Errc::wrong_state, "the connection " + name + " has stopped itself: " + connection.state_reason,
            "check the account first; then: audiencectl connection consent " + name + " --give");
    return {};
}

}  // namespace audienced::control
