#pragma once

#include "store/database.hpp"

namespace audienced::store {

/// One numbered file of schema/, embedded.
struct Migration {
    int version;
    const char* sql;
};
extern const Migration embedded_migrations[];  // ascending, ended by {0, nullptr}

constexpr std::int64_t application_id = 0x41554344;  // "AUCD"

/// Is the file empty or ours, and not newer than this program? Reads only. Errors: bad_config (another
/// program's database), wrong_state (written by a newer version), store_corrupt.
result<void> recognise(Database&);

/// 0: the file is empty.
result<int> schema_version(Database&);

/// Brings the file to the newest schema: each step in a transaction of its own; a file that holds something
/// already is copied to FILE.before-VERSION first. Errors: those of recognise; store_*.
result<void> migrate(Database&, const Migration* migrations = embedded_migrations);

/// Is every table as the migrations made it? Errors: store_corrupt.
result<void> check_schema(Database&);

}  // namespace audienced::store
