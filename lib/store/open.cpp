#include "store/open.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/access.hpp"
#include "base/own_file.hpp"
#include "base/ownership.hpp"
#include "store/backup.hpp"
#include "store/check.hpp"
#include "store/migrate.hpp"

namespace audienced::store {
namespace {

Error cannot_create(const std::string& dir, int error) {
    struct stat st {};
    const std::string parent = std::filesystem::path(dir).parent_path().native();
    // What cannot be seen is hidden or closed, and a folder further up is what a person must look at.
    if ((::stat(dir.c_str(), &st) != 0 && errno == EACCES) || ::stat(parent.c_str(), &st) != 0)
        return cannot_be_read("the state directory", dir, errno, Errc::bad_config);
    std::string hint = "make it with install -d -m 0700 -o " + user_name(::geteuid()) + " -g " +
                       group_name(::getegid()) + " " + dir;
    if (error == EROFS)
        hint +=
            ", and if the service's unit makes the file system read-only (ProtectSystem=), name it in "
            "ReadWritePaths= with systemctl edit audienced";
    return make_error(Errc::bad_config,
                      "cannot create the state directory " + dir + ": " + std::strerror(error), hint);
}

result<void> check_directory(const std::string& dir) {
    if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) return cannot_create(dir, errno);
    // stat, not lstat: under DynamicUser= systemd makes the state directory a link.
    struct stat st {};
    if (::stat(dir.c_str(), &st) != 0)
        return cannot_be_read("the state directory", dir, errno, Errc::bad_config);
    if (!S_ISDIR(st.st_mode)) return make_error(Errc::bad_config, dir + " is not a directory");
    if (st.st_uid != ::geteuid())
        return make_error(Errc::bad_config,
                          "the state directory " + dir + " belongs to the user " + user_name(st.st_uid) +
                              ", and audienced runs as " + user_name(::geteuid()),
                          give_back_advice(dir, st.st_uid));
    if ((st.st_mode & 022) != 0)
        return make_error(Errc::bad_config, "others may write to the state directory " + dir,
                          "chmod 700 " + dir);
    if (may_access(dir, R_OK | W_OK | X_OK)) return {};
    if (errno == EROFS) return own_file_error("write to", dir, EROFS);
    return make_error(Errc::bad_config,
                      "audienced, which runs as the user " + user_name(::geteuid()) +
                          ", cannot write to the state directory " + dir + " (" + rights_of(st) + ")",
                      "chmod 700 " + dir);
}

/// A state that was copied back by root belongs to root: said of all files at once, before any is touched.
result<void> check_owners(const std::string& dir) {
    std::error_code ec;
    std::string some;
    std::size_t count = 0;
    uid_t owner = 0;
    for (std::filesystem::directory_iterator it(dir, ec), end; !ec && it != end; it.increment(ec)) {
        struct stat st {};
        if (!is_of_state(it->path().filename().string())) continue;
        if (::lstat(it->path().c_str(), &st) != 0 || st.st_uid == ::geteuid()) continue;
        if (count++ == 0) owner = st.st_uid;
        if (count <= 3) some += (some.empty() ? "" : ", ") + it->path().filename().string();
    }
    if (ec) return own_file_error("list", dir, ec.value());
    if (count == 0) return {};
    if (count > 3) some += " and " + std::to_string(count - 3) + " more";
    return make_error(Errc::bad_config,
                      "in the state directory " + dir + ", " + some + " belong" + (count == 1 ? "s" : "") +
                          " to the user " + user_name(owner) + ", and audienced runs as " +
                          user_name(::geteuid()),
                      give_back_advice(dir, owner));
}

}  // namespace

bool is_of_state(const std::string& name) {
    return name.starts_with("audienced.db") || name.starts_with("master.key") || name == "lock" ||
           name == "spool" || name.starts_with("forgotten") || name.starts_with("audit-head");
}

result<StateLock> lock_state(const std::string& state_dir) {
    if (auto fine = check_directory(state_dir); !fine) return fine.error();
    if (auto ours = check_owners(state_dir); !ours) return ours.error();
    return StateLock::take(state_dir);
}

result<Opened> open_state(const std::string& state_dir) {
    auto lock = lock_state(state_dir);
    if (!lock) return lock.error();
    remove_unfinished_backups(state_dir);
    auto db = Database::open(state_dir + "/audienced.db");
    if (!db) return db.error();
    // Before it is migrated: a step on a damaged file would make it worse.
    if (auto sound = quick_check(*db); !sound) return sound.error();
    auto schema = schema_version(*db);
    if (!schema) return schema.error();
    if (auto done = migrate(*db); !done) return done.error();
    if (auto whole = check_schema(*db); !whole) return whole.error();
    return Opened{std::move(*lock), std::move(*db), *schema};
}

}  // namespace audienced::store
