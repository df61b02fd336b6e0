#pragma once

#include "base/error.hpp"

struct sqlite3;

namespace audienced::store {

/// The last failure of a connection in our words: BUSY and LOCKED -> store_busy, FULL -> store_full, CORRUPT
/// and NOTADB -> store_corrupt, a constraint -> wrong_state, else store_failed. Names the file. `doing`:
/// "open the database".
Error sqlite_error(sqlite3* db, const char* doing);
/// For a code that is not the connection's last one.
Error sqlite_error(sqlite3* db, const char* doing, int code);

/// "PATH is damaged: WHY" with what to do next.
Error damaged(const char* path, const std::string& why);

}  // namespace audienced::store
