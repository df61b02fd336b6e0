#include "source/sqlite/connection.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/text.hpp"
#include "source/folder/file.hpp"
#include "source/settings.hpp"
#include "source/sqlite/authorise.hpp"

namespace audienced::source::sqlite {
namespace {

/// "file:/a%20b?mode=ro": every byte that could mean something in a URI is encoded.
std::string read_only_uri(const std::string& path) {
    std::string uri = "file:";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '/' || c == '.' || c == '-' || c == '_';
        if (plain)
            uri += c;
        else
            uri += "%" + to_hex({&c, 1});
    }
    return uri + "?mode=ro";
}

std::string stamp_of(const std::string& path) {
    struct stat s;
    return ::stat(path.c_str(), &s) == 0 ? folder::Stamp::of(s).text() : "-";
}

std::string identity(const std::string& path) {
    struct stat s;
    return ::stat(path.c_str(), &s) == 0 ? std::to_string(s.st_dev) + ":" + std::to_string(s.st_ino) : "";
}

}  // namespace

void CloseDatabase::operator()(sqlite3* handle) const noexcept {
    sqlite3_close_v2(handle);
}
void FinalizeStatement::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

Connection::Connection(std::string path, std::uint64_t busy_seconds, std::stop_token stop)
    : path_(std::move(path)), busy_seconds_(busy_seconds), stop_(std::move(stop)), file_(identity(path_)) {}

int Connection::on_busy(void* self, int count) {
    const auto& me = *static_cast<Connection*>(self);
    constexpr int wait_ms = 20;
    if (me.stop_.stop_requested() || static_cast<std::uint64_t>(count) * wait_ms >= me.busy_seconds_ * 1000)
        return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
    return 1;
}

result<std::unique_ptr<Connection>> Connection::open(const std::string& path, std::uint64_t busy_seconds,
                                                     std::stop_token stop) {
    struct stat s;
    const bool there = ::stat(path.c_str(), &s) == 0;
    if (!there && errno != ENOENT && errno != ENOTDIR)
        return retryable(Errc::not_ready,
                         "the database " + path + " cannot be looked at: " + std::strerror(errno),
                         "check the disk it lies on, and that the daemon's user may read it");
    if (!there || !S_ISREG(s.st_mode))
        return retryable(Errc::not_ready, "there is no database file " + path,
                         "check the path, and that the daemon's user may read it");
    std::unique_ptr<Connection> connection(new Connection(path, busy_seconds, std::move(stop)));
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(read_only_uri(path).c_str(), &handle,
                                     SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    connection->handle_.reset(handle);
    if (code != SQLITE_OK) return connection->failure(code);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_handler(handle, &Connection::on_busy, connection.get());
    const auto stop_requested = [](void* self) -> int {
        return static_cast<Connection*>(self)->stop_.stop_requested() ? 1 : 0;
    };
    sqlite3_progress_handler(handle, 10'000, stop_requested, connection.get());
    // A file from elsewhere may hold hostile views: no functions with side effects, no "name" read as a text.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    return connection;
}

Error Connection::failure(int code) const {
    if (stop_.stop_requested()) return cancelled();
    std::string what = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    // "unable to open database file" alone does not tell a full table of descriptors from a missing right.
    const int cause = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
    const int kind = code & 0xFF;
    if (cause != 0 && (kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR))
        what += std::string(" (") + std::strerror(cause) + ")";
    switch (kind) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return retryable(Errc::not_ready,
                             "the database " + path_ + " is busy: another program holds its lock");
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return make_error(Errc::not_ready, "the database " + path_ + " cannot be read: " + what);
        case SQLITE_AUTH:
            return make_error(Errc::usage, "the query does more than select",
                              "a segment's query reads tables and views of its own file, and nothing else");
        case SQLITE_ERROR:
            // "no such column", "near ...: syntax error": the SQL's own words, no data.
            if (icontains(what, "no such ")) return make_error(Errc::not_found, path_ + ": " + what);
            return make_error(Errc::usage, path_ + ": " + what);
        case SQLITE_CANTOPEN:
            return retryable(
                Errc::not_ready, "the database " + path_ + " cannot be opened: " + what,
                "a database in WAL mode needs its -wal and -shm files, or a folder that may be written");
        default:
            return retryable(Errc::not_ready, "the database " + path_ + " cannot be read: " + what);
    }
}

result<std::string> Connection::fingerprint() const {
    return stamp_of(path_) + "/" + stamp_of(path_ + "-wal");
}

result<std::string> Connection::begin() {
    // The id must belong to the very state that the transaction sees: it is taken before and after the lock
    // (or, in WAL mode, the read mark) is got, until both agree.
    constexpr int tries = 50;
    for (int i = 0; i < tries; ++i) {
        auto before = fingerprint();
        char* message = nullptr;
        for (const char* sql : {"BEGIN", "SELECT count(*) FROM sqlite_schema"}) {
            const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, &message);
            sqlite3_free(std::exchange(message, nullptr));
            if (code != SQLITE_OK) return failure(code);
        }
        auto after = fingerprint();
        if (*before == *after) {
            forbid_writing(handle_.get());
            return after;
        }
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        if (stop_.stop_requested()) return cancelled();
    }
    return retryable(Errc::not_ready, "the database " + path_ + " is being written to continuously");
}

result<StatementPtr> Connection::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &tail);
    StatementPtr statement(raw);
    if (code != SQLITE_OK) return failure(code);
    // Only blanks, comments and semicolons may follow: SQLite itself says what those are.
    const char* const end = sql.data() + sql.size();
    while (tail != end) {
        sqlite3_stmt* second = nullptr;
        code = sqlite3_prepare_v2(handle_.get(), tail, static_cast<int>(end - tail), &second, &tail);
        StatementPtr owner(second);
        if (second || code != SQLITE_OK)
            return make_error(Errc::usage, "the query holds more than one statement",
                              "a segment's query is a single SELECT, WITH or VALUES statement");
    }
    if (!raw || !sqlite3_stmt_readonly(raw) || sqlite3_column_count(raw) == 0)
        return make_error(Errc::usage, "the query is not a statement that only selects");
    return statement;
}

result<bool> Connection::step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failure(code);
}

result<void> Connection::same_file() const {
    if (identity(path_) == file_) return {};
    return retryable(Errc::source_changed,
                     "the database " + path_ + " was replaced or removed while it was read");
}

std::vector<std::string> column_names(sqlite3_stmt* statement) {
    std::vector<std::string> names;
    for (int i = 0; i < sqlite3_column_count(statement); ++i)
        names.emplace_back(sqlite3_column_name(statement, i));
    return names;
}

}  // namespace audienced::source::sqlite
