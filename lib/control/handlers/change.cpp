#include "control/handlers/change.hpp"

#include "control/json.hpp"

namespace audienced::control {

store::AuditRow row_by(const Caller& caller, SysTime at) {
    store::AuditRow row;
    row.at = at;
    row.uid = caller.peer.uid;
    row.user = caller.peer.user;
    return row;
}

result<void> note_change(store::Database& db, const vault::Vault& vault, store::AuditRow row) {
    row.before = mask_addresses(row.before);
    row.after = mask_addresses(row.after);
    return store::add_audit(db, vault, row);
}

}  // namespace audienced::control
