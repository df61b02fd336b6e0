#include "store/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/check.hpp"
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

result<void> check_integrity(Database& db) {
    return check(db, "PRAGMA integrity_check(1)");
}

result<void> scrub(Database& db) {
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
