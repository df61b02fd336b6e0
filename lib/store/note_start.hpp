// What happened to the state before the daemon could write rows of the audit: written once it can.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "store/audit_head.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

struct StartFacts {
    int schema_before = 0;      // 0: the database is new
    std::string key_id_before;  // empty: there was no key
};

/// One row each for a new database, a migration, a changed master key, rows of the audit that are missing (an
/// older database was put back, or they were removed), a file of the newest row that is gone, and an audit
/// that is empty though the database is not new. Writes that file where it differs; that may fail. Gives what
/// speaks for removed rows, in a sentence; empty: nothing does. Errors: store_*.
result<std::string> note_start(Database&, const vault::Vault&, SysTime now, const StartFacts&,
                               const std::string& head_path);

}  // namespace audienced::store
