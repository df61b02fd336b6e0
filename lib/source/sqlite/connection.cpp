#include "source/sqlite/connection.hpp"

#include <sqlite3.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "base/text.hpp"
#include "source/settings.hpp"
#include "source/sqlite/authorise.hpp"
#include "source/sqlite/failure.hpp"
#include "source/sqlite/read_only_vfs.hpp"

namespace audienced::source::sqlite {
namespace {

/// How often a thing that other programs may spoil in between is tried.
constexpr int tries = 50;
constexpr auto pause = std::chrono::milliseconds(20);

/// "file:/a%20b?...": every byte that could mean something in a URI is encoded.
std::string uri_of(const std::string& path, const char* parameters) {
    std::string uri = "file:";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '/' || c == '.' || c == '-' || c == '_';
        if (plain)
            uri += c;
        else
            uri += "%" + to_hex({&c, 1});
    }
    return uri + "?mode=ro&" + parameters;
}

Error written_to_all_the_time(const std::string& path) {
    return retryable(Errc::not_ready, "the database " + path + " is being written to continuously");
}

}  // namespace

void CloseDatabase::operator()(sqlite3* handle) const noexcept {
    sqlite3_close_v2(handle);
}
void FinalizeStatement::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

Connection::Connection(Files files, std::uint64_t busy_seconds, std::stop_token stop)
    : files_(std::move(files)), busy_seconds_(busy_seconds), stop_(std::move(stop)) {}

int Connection::on_busy(void* self, int count) {
    const auto& me = *static_cast<Connection*>(self);
    if (me.stop_.stop_requested() || count * pause >= std::chrono::seconds(me.busy_seconds_)) return 0;
    std::this_thread::sleep_for(pause);
    return 1;
}

result<std::unique_ptr<Connection>> Connection::open(const std::string& path, std::uint64_t busy_seconds,
                                                     std::stop_token stop) {
    for (int i = 0; i < tries; ++i) {
        auto files = Files::find(path);
        if (!files) return files.error();
        std::unique_ptr<Connection> connection(new Connection(std::move(*files), busy_seconds, stop));
        auto begun = connection->begin();
        if (begun) return connection;
        if (stop.stop_requested()) return cancelled();
        if (begun.error().code != Errc::stale) return begun.error();
    }
    return written_to_all_the_time(path);
}

/// Errors: those of open(); stale, if its application opened or closed the database meanwhile.
result<void> Connection::begin() {
    if (auto opened = open_handle("readonly_shm=1"); !opened) return opened;
    auto way = choose_way();
    if (!way) return way.error();
    way_ = *way;
    if (is_unguarded(way_)) {
        const char* parameters = way_ == Way::as_it_stands ? "immutable=1" : "without_index=1";
        if (auto quiet = wait_until_quiet(); !quiet) return quiet;
        if (auto opened = open_handle(parameters); !opened) return opened;
    }
    auto begun = begin_transaction();
    if (begun) forbid_writing(handle_.get());
    if (begun || begun.error().code != Errc::not_ready) return begun;
    const auto now = choose_way();
    return now && *now != way_ ? make_error(Errc::stale, "the files changed") : begun;
}

result<void> Connection::open_handle(const char* parameters) {
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(uri_of(files_.path(), parameters).c_str(), &handle,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, read_only_vfs());
    handle_.reset(handle);
    if (code != SQLITE_OK) return failure(code);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_handler(handle, &Connection::on_busy, this);
    const auto stop_requested = [](void* self) -> int {
        return static_cast<Connection*>(self)->stop_.stop_requested() ? 1 : 0;
    };
    sqlite3_progress_handler(handle, 10'000, stop_requested, this);
    // A file from elsewhere may hold hostile views. SQLITE_DBCONFIG_TRUSTED_SCHEMA must stay on all the same:
    // without it no index and no generated column may use json_extract. No function here has side effects.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    return {};
}

/// The first bytes, read without a lock. Not by a descriptor of our own: closing that would give up the locks
/// of every other read of this file in this process.
std::string Connection::head() const {
    std::string bytes(512, '\0');
    sqlite3_file* file = nullptr;
    if (!handle_ ||
        sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file ||
        !file->pMethods)
        return {};
    const int code = file->pMethods->xRead(file, bytes.data(), static_cast<int>(bytes.size()), 0);
    if (code == SQLITE_IOERR_SHORT_READ) bytes.erase(bytes.find_last_not_of('\0') + 1);
    return code == SQLITE_OK || code == SQLITE_IOERR_SHORT_READ ? bytes : std::string();
}

result<Way> Connection::choose_way() {
    constexpr std::size_t read_version = 19;  // 2: a reader must know of the log
    const std::string bytes = head();
    return files_.way(bytes.size() > read_version && bytes[read_version] == 2);
}

result<void> Connection::wait_until_quiet() {
    for (int i = 0; i < tries; ++i) {
        stamps_ = files_.stamps();
        if (files_.is_quiet()) return {};
        if (stop_.stop_requested()) return cancelled();
        std::this_thread::sleep_for(pause);
    }
    return written_to_all_the_time(files_.path());
}

result<void> Connection::begin_transaction() {
    // The stamps must belong to the very state that the transaction sees: they are taken before and after the
    // lock (or, in WAL mode, the read mark) is got, until both agree. Without a lock they must be those of
    // wait_until_quiet() still.
    for (int i = 0, waits = 0; i < tries;) {
        const Files::Stamps before = files_.stamps();
        int code = SQLITE_OK;
        for (const char* sql : {"BEGIN", "SELECT count(*) FROM sqlite_schema"})
            if (code == SQLITE_OK) code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
        const bool is_repaired = code == SQLITE_READONLY_RECOVERY || code == SQLITE_READONLY_CANTINIT;
        const Files::Stamps after = files_.stamps();
        if (is_unguarded(way_) && after != stamps_) return make_error(Errc::stale, "the files changed");
        if (code != SQLITE_OK && !is_repaired) return failure(code);
        if (code == SQLITE_OK && before == after) {
            stamps_ = after;
            begun_ = true;
            return {};
        }
        if (stop_.stop_requested()) return cancelled();
        if (is_repaired && on_busy(this, waits++) == 0) return failure(code);
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        if (!is_repaired) ++i;
    }
    return written_to_all_the_time(files_.path());
}

Error Connection::failure(int code, std::string_view sql) const {
    if (stop_.stop_requested()) return cancelled();
    // Pages that were replaced while they were read look like damage.
    if (begun_)
        if (auto same = unchanged(); !same) return same.error();
    Failure failure;
    failure.code = code;
    failure.said = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    const int kind = code & 0xFF;
    if (handle_ && (kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR))
        failure.cause = sqlite3_system_errno(handle_.get());
    // "unable to open database file" alone does not tell a full table of descriptors from a missing right.
    if (failure.cause != 0) failure.said += std::string(" (") + std::strerror(failure.cause) + ")";
    return failure_of(failure, files_, head(), sql);
}

result<StatementPtr> Connection::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    // Views of the application may hold texts in double quotes. In a segment's own query they are taken for
    // columns alone: a column with a typing error would be a text that no row lacks.
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_DQS_DML, sql.find('"') == sql.npos ? 1 : 0, nullptr);
    int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &tail);
    StatementPtr statement(raw);
    if (code != SQLITE_OK) return failure(code, sql);
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

result<void> Connection::unchanged() const {
    const Files::Stamps now = files_.stamps();
    if (!files_.is_same_file() || (way_ != Way::read_mark && now.file != stamps_.file))
        return retryable(Errc::source_changed, "the database " + files_.path() +
                                                   " was written to, replaced or removed while it was read");
    if (way_ == Way::log_alone && now.log != stamps_.log)
        return retryable(Errc::source_changed,
                         "the log of the database " + files_.path() + " was written to while it was read");
    return {};
}

std::vector<std::string> column_names(sqlite3_stmt* statement) {
    std::vector<std::string> names;
    for (int i = 0; i < sqlite3_column_count(statement); ++i)
        names.emplace_back(sqlite3_column_name(statement, i));
    return names;
}

}  // namespace audienced::source::sqlite
