#include "store/sqlite_error.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <string>

namespace audienced::store {

Error damaged(const char* path, const std::string& why) {
    return make_error(
        Errc::store_corrupt, std::string("the database ") + path + " is damaged: " + why,
        "stop the daemon, move the file and its -wal aside (keep them) and put a backup in its place");
}

Error sqlite_error(sqlite3* db, const char* doing) {
    return sqlite_error(db, doing, sqlite3_extended_errcode(db));
}

Error sqlite_error(sqlite3* db, const char* doing, int code) {
    const char* name = sqlite3_db_filename(db, "main");
    const std::string path = name == nullptr || *name == '\0' ? "(in memory)" : name;
    const bool is_last = sqlite3_extended_errcode(db) == code;
    const std::string why = std::string(is_last ? sqlite3_errmsg(db) : sqlite3_errstr(code)) +
                            " (SQLite code " + std::to_string(code) + ")";
    const std::string what = std::string("cannot ") + doing + " " + path + ": " + why;
    const int system = sqlite3_system_errno(db);
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return retryable(Errc::store_busy, what,
                             "another program has locked the file; the daemon retries");
        case SQLITE_FULL:
            return retryable(Errc::store_full, what, "free disk space; the daemon then continues by itself");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return damaged(path.c_str(), why);
        case SQLITE_CONSTRAINT:
            return make_error(Errc::wrong_state, what);
        // Growing the WAL index reports a full disk as an I/O error.
        case SQLITE_IOERR:
            if (system == ENOSPC || system == EDQUOT)
                return retryable(Errc::store_full, what,
                                 "free disk space; the daemon then continues by itself");
            break;
        default:
            break;
    }
    return make_error(Errc::store_failed, what);
}

}  // namespace audienced::store
