#include "store/database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <unordered_map>

#include "base/own_file.hpp"
#include "store/migrate.hpp"
#include "store/sqlite_error.hpp"

namespace audienced::store {
namespace {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
};

result<void> make_private_file(const std::string& path) {
    // Only where there is none: closing a descriptor of a file that SQLite has open would drop its locks.
    struct stat st {};
    if (::lstat(path.c_str(), &st) == 0) {
        if (!S_ISREG(st.st_mode)) return make_error(Errc::bad_config, path + " is not a regular file");
        if ((st.st_mode & 077) != 0 && ::chmod(path.c_str(), 0600) != 0)
            return own_file_error("make private", path, errno);
        if (::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) != 0)
            return own_file_error("open", path, errno);
        return {};
    }
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return own_file_error("make", path, errno);
    ::close(fd);
    return {};
}

}  // namespace

struct Database::State {
    sqlite3* db = nullptr;
    std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements;
    std::unordered_map<const char*, Statement*> by_literal;  // of those above
    std::uint64_t audit_rows = 0;
    std::int64_t known_audit_row = 0;
    ~State() {
        statements.clear();
        sqlite3_close(db);
    }
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

result<Database> Database::open(const std::string& path) {
    if (auto made = make_private_file(path); !made) return made.error();
    auto state = std::make_unique<State>();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(path.c_str(), &state->db, flags, nullptr) != SQLITE_OK)
        return sqlite_error(state->db, "open the database");
    sqlite3* db = state->db;
    sqlite3_busy_timeout(db, busy_patience_ms);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    // A file that turns out not to be ours to write is left as it is, its log included.
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    Database opened(std::move(state));
    if (auto ours = recognise(opened); !ours) return ours.error();
    // 16 MiB of cache: a delivery touches ledger pages at random, and the whole daemon has 96.
    if (auto set =
            opened.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                           "PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                           "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"
                           "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;");
        !set)
        return set.error();
    auto& mode = opened.prepare("PRAGMA journal_mode");
    if (auto row = mode.step(); !row) return row.error();
    if (mode.text(0) != "wal")
        return make_error(Errc::store_failed, path + " cannot be kept in WAL mode",
                          "put the state directory on a local file system");
    mode.reset();
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    return opened;
}

result<Database> Database::in_memory() {
    auto state = std::make_unique<State>();
    if (sqlite3_open_v2(
            ":memory:", &state->db,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
            nullptr) != SQLITE_OK)
        return sqlite_error(state->db, "make a database");
    Database opened(std::move(state));
    if (auto set = opened.execute("PRAGMA foreign_keys = ON"); !set) return set.error();
    return opened;
}

Statement& Database::prepare(std::string_view sql) {
    auto& statements = state_->statements;
    if (auto found = statements.find(sql); found != statements.end()) {
        if (found->second.handle_ != nullptr) {
            found->second.reset();
            return found->second;
        }
        state_->by_literal.clear();
        statements.erase(found);
    }
    sqlite3_stmt* handle = nullptr;
    const int rc = sqlite3_prepare_v3(state_->db, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    // Said of a damaged file header with the code of a mistake in the SQL.
    const bool unreadable =
        rc == SQLITE_ERROR && std::string_view(sqlite3_errmsg(state_->db)) == "unsupported file format";
    if (rc == SQLITE_ERROR && !unreadable)
        throw std::logic_error(std::string("SQL does not compile: ") + sqlite3_errmsg(state_->db));
    const int failure = unreadable ? SQLITE_CORRUPT : rc;
    return statements.emplace(std::string(sql), Statement(state_->db, handle, failure)).first->second;
}

Statement& Database::prepare_literal(const char* literal, std::size_t size) {
    if (const auto known = state_->by_literal.find(literal); known != state_->by_literal.end()) {
        if (known->second->handle_ != nullptr) {
            known->second->reset();
            return *known->second;
        }
    }
    Statement& statement = prepare(std::string_view(literal, size));
    state_->by_literal[literal] = &statement;
    return statement;
}

result<void> Database::execute(const char* sql) {
    if (sqlite3_exec(state_->db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return sqlite_error(state_->db, "work on the database");
    return {};
}

std::int64_t Database::last_insert_id() const {
    return sqlite3_last_insert_rowid(state_->db);
}
std::int64_t Database::changes() const {
    return sqlite3_changes64(state_->db);
}
void Database::count_audit_row() noexcept {
    ++state_->audit_rows;
}
void Database::know_audit_row(std::int64_t seq) noexcept {
    state_->known_audit_row = std::max(state_->known_audit_row, seq);
}
std::int64_t Database::known_audit_row() const noexcept {
    return state_->known_audit_row;
}
std::uint64_t Database::audit_rows_added() const noexcept {
    return state_->audit_rows;
}
sqlite3* Database::handle() const noexcept {
    return state_->db;
}

}  // namespace audienced::store
