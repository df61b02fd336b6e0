#include "control/handlers/runnable.hpp"

#include "control/handlers/connection_access.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/export_withdraw.hpp"
#include "store/definitions.hpp"
#include "store/permission.hpp"

namespace audienced::control {

result<void> check_may_run(store::Database& db, const Caller& caller, const std::string& export_name) {
    auto found = usable_export(db, caller, export_name);
    if (!found) return found.error();
    return {};
}

result<void> check_runnable(store::Database& db, const Caller& caller, const std::string& export_name,
                            EvenDisabled even_disabled) {
    auto found = usable_export(db, caller, export_name);
    if (!found) return found.error();
    if (found->connection.empty())
        return make_error(Errc::wrong_state,
                          "the export " + export_name + " is detached: it has no connection",
                          "audiencectl export attach " + export_name + " --connection NAME");
    if (even_disabled == EvenDisabled::no)
        if (auto free = check_not_withdrawn(db, export_name); !free) return free;
    if (!found->enabled && even_disabled == EvenDisabled::no)
        return make_error(Errc::wrong_state, "the export " + export_name + " is disabled",
                          "audiencectl export enable " + export_name);
    auto connection = store::get_connection(db, found->connection);
    if (!connection) return connection.error();
    return store::may_run(*connection);
}

result<model::Export> checkable(store::Database& db, const Caller& caller, const std::string& name) {
    auto found = usable_export(db, caller, name);
    if (!found) return found;
    if (found->connection.empty())
        return make_error(Errc::wrong_state, "the export " + name + " is detached: it has no connection",
                          "audiencectl export attach " + name + " --connection NAME");
    auto connection = store::get_connection(db, found->connection);
    if (!connection) return connection.error();
    if (auto ready = store::may_run(*connection); !ready) return ready.error();
    return found;
}

}  // namespace audienced::control
