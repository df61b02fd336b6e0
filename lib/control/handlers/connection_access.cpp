#include "control/handlers/connection_access.hpp"

#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "control/sight.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

json seen_by(const Caller& caller, const model::Connection& connection) {
    json out = seen(caller, Thing::connection, json_of(connection));
    if (caller.role != Role::administrator && out["consent"].is_object()) out["consent"]["by"] = nullptr;
    return out;
}

bool sees(const Caller& caller, const model::Connection& connection) noexcept {
    return caller.role != Role::contributor || may_use(caller, connection);
}

result<model::Connection> usable_connection(store::Database& db, const Caller& caller,
                                            const std::string& name) {
    auto connection = store::get_connection(db, name);
    if (!connection && connection.error().code == Errc::not_found && caller.role != Role::administrator)
        return not_allowed_on(caller, name);
    if (!connection) return connection;
    if (!may_use(caller, *connection)) return not_allowed_on(caller, name);
    return connection;
}

}  // namespace audienced::control
