#include "store/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/check.hpp"
#include "store/query.hpp"
#include "store/sqlite_error.hpp"

namespace audienced::store {
namespace {

Error file_error(const std::string& path, const char* doing) {
    const Errc code = errno == ENOSPC || errno == EDQUOT ? Errc::store_full : Errc::store_failed;
    return make_error(code, std::string("cannot ") + doing + " " + path + ": " + std::strerror(errno));
}

result<void> sync(const std::string& path, int flags) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0) return file_error(path, "open");
    const int rc = ::fsync(fd);
    const int why = errno;
    ::close(fd);
    errno = why;
    if (rc != 0) return file_error(path, "sync");
    return {};
}

result<void> copy_checked(Database& db, const std::string& to) {
    const int fd = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return file_error(to, "make");
    ::close(fd);
    auto& copy = db.prepare("VACUUM INTO ?1");
    copy.bind(1, to);
    if (auto done = copy.run(); !done) return done;
    auto opened = Database::open(to);
    if (!opened) return opened.error();
    if (auto sound = check_integrity(*opened); !sound) return sound;
    // A copy is one file, not a file and its log.
    if (auto plain = opened->execute("PRAGMA journal_mode = DELETE"); !plain) return plain;
    return {};
}

}  // namespace

result<void> backup_to(Database& db, const std::string& path) {
    const std::string temporary = path + ".tmp";
    ::unlink(temporary.c_str());
    auto copied = copy_checked(db, temporary);
    if (copied) copied = sync(temporary, 0);
    if (copied && ::rename(temporary.c_str(), path.c_str()) != 0) copied = file_error(path, "make");
    if (!copied) {
        ::unlink(temporary.c_str());
        return copied;
    }
    const auto slash = path.rfind('/');
    return sync(slash == std::string::npos ? "." : path.substr(0, slash + 1), O_DIRECTORY);
}

namespace {

constexpr const char* unfinished = "backup-";     // STATE_DIR/backup-<process>.tmp
constexpr std::uint64_t margin_bytes = 32 << 20;  // the log grows while a copy is made

/// Ends statements of the connection when it is asked to stop.
class Interrupts {
public:
    Interrupts(Database& db, std::stop_token stop) : db_(db), stop_(std::move(stop)) {
        sqlite3_progress_handler(db_.handle(), 20'000, &Interrupts::is_asked, this);
    }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;
    ~Interrupts() { sqlite3_progress_handler(db_.handle(), 0, nullptr, nullptr); }

private:
    static int is_asked(void* self) { return static_cast<Interrupts*>(self)->stop_.stop_requested() ? 1 : 0; }
    Database& db_;
    std::stop_token stop_;
};

/// Notes in the copy what it is, and checks it.
result<void> finish_copy(const std::string& path, const BackupRequest& request) {
    auto copy = Database::open(path);
    if (!copy) return copy.error();
    const Interrupts interrupts(*copy, request.stop);
    auto noted =
        copy->prepare(
                "INSERT INTO origin(only_one, backup_at, backup_by, restored_at, restored_by, announced) "
                "VALUES(1, ?1, ?2, NULL, '', 1) ON CONFLICT(only_one) DO UPDATE SET backup_at = ?1, "
                "backup_by = ?2")
            .bind(1, to_unix(request.at))
            .bind(2, request.by)
            .run();
    if (!noted) return noted;
    if (auto sound = check_integrity(*copy); !sound) return sound;
    // A copy is one file, not a file and its log.
    return copy->execute("PRAGMA journal_mode = DELETE");
}

result<void> copy_to(const std::string& path, const BackupRequest& request) {
    auto db = Database::open(request.state_dir + "/audienced.db");
    if (!db) return db.error();
    auto room = room_for_backup(*db, request.state_dir);
    if (!room) return room.error();
    if (!room->enough())
        return make_error(Errc::store_full,
                          "a backup takes about " + std::to_string(room->needed >> 20) +
                              " MB beside the database in " + request.state_dir + " for a moment, and " +
                              std::to_string(room->free >> 20) + " MB are free",
                          "free some space there; nothing was written");
    const Interrupts interrupts(*db, request.stop);
    auto& vacuum = db->prepare("VACUUM INTO ?1");
    vacuum.bind(1, path);
    return vacuum.run();
}

void remove_copy(const std::string& path) {
    for (const char* part : {"", "-wal", "-shm", "-journal"}) ::unlink((path + part).c_str());
}

}  // namespace

BackupFile::BackupFile(BackupFile&& other) noexcept : fd(std::exchange(other.fd, -1)), size(other.size) {}

BackupFile::~BackupFile() {
    if (fd >= 0) ::close(fd);
}

result<BackupRoom> room_for_backup(Database& db, const std::string& state_dir) {
    auto& query = db.prepare(
        "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, "
        "pragma_freelist_count f, "
        "pragma_page_size s");
    BackupRoom room;
    auto read = first_row(query, [&](const Statement& s) { room.needed = u64(s, 0); });
    if (!read) return read.error();
    room.needed += margin_bytes;
    struct statvfs disk {};
    if (::statvfs(state_dir.c_str(), &disk) != 0) return file_error(state_dir, "look at the disk of");
    room.free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    return room;
}

result<BackupFile> make_backup(const BackupRequest& request) {
    const std::string path = request.state_dir + "/" + unfinished + std::to_string(::getpid()) + ".tmp";
    remove_copy(path);
    const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (made < 0) return file_error(path, "make");
    ::close(made);
    auto copied = copy_to(path, request);
    if (copied) copied = finish_copy(path, request);
    const int fd = copied ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    const int why = errno;
    remove_copy(path);
    if (request.stop.stop_requested()) {
        if (fd >= 0) ::close(fd);
        return make_error(Errc::cancelled, "the backup was given up");
    }
    if (!copied) return copied.error();
    errno = why;
    if (fd < 0) return file_error(path, "open");
    struct stat st {};
    BackupFile file(fd, 0);
    if (::fstat(fd, &st) != 0) return file_error(path, "look at");
    file.size = static_cast<std::uint64_t>(st.st_size);
    return file;
}

void remove_unfinished_backups(const std::string& state_dir) {
    std::error_code ec;
    for (std::filesystem::directory_iterator it(state_dir, ec), end; !ec && it != end; it.increment(ec)) {
        const std::string name = it->path().filename().string();
        const bool copy = name.starts_with(unfinished) && name.find(".tmp") != name.npos;
        if (copy || name.starts_with("audienced.db.restoring")) ::unlink(it->path().c_str());
    }
}

result<void> check_integrity(Database& db) {
    return check(db, "PRAGMA integrity_check(1)");
}

namespace {

/// While it lives, no statement waits for another program.
class NoWaiting {
public:
    explicit NoWaiting(Database& db) : db_(db) { sqlite3_busy_timeout(db_.handle(), 0); }
    NoWaiting(const NoWaiting&) = delete;
    NoWaiting& operator=(const NoWaiting&) = delete;
    ~NoWaiting() { sqlite3_busy_timeout(db_.handle(), busy_patience_ms); }

private:
    Database& db_;
};

}  // namespace

result<void> scrub(Database& db) {
    const NoWaiting at_once(db);
    auto& checkpoint = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    auto row = checkpoint.step();
    if (!row) return row.error();
    const bool busy = *row && checkpoint.integer(0) != 0;
    checkpoint.reset();
    if (busy)
        return retryable(Errc::store_busy,
                         "the write-ahead log still holds deleted data: another program reads the database",
                         "close other programs that have it open; the daemon retries");
    return {};
}

}  // namespace audienced::store
