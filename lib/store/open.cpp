#include "store/open.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/check.hpp"
#include "store/migrate.hpp"

namespace audienced::store {
namespace {

result<void> check_directory(const std::string& dir) {
    if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST)
        return make_error(Errc::bad_config,
                          "cannot create the state directory " + dir + ": " + std::strerror(errno),
                          "create it, owned by the daemon's user, with mode 0700");
    // stat, not lstat: under DynamicUser= systemd makes the state directory a link.
    struct stat st {};
    if (::stat(dir.c_str(), &st) != 0)
        return make_error(Errc::bad_config,
                          "cannot inspect the state directory " + dir + ": " + std::strerror(errno));
    if (!S_ISDIR(st.st_mode)) return make_error(Errc::bad_config, dir + " is not a directory");
    if (st.st_uid != ::geteuid())
        return make_error(Errc::bad_config, "the state directory " + dir + " belongs to another user",
                          "chown it to the user that runs audienced");
    if ((st.st_mode & 022) != 0)
        return make_error(Errc::bad_config, "others may write to the state directory " + dir,
                          "chmod 700 " + dir);
    return {};
}

}  // namespace

result<Opened> open_state(const std::string& state_dir) {
    if (auto fine = check_directory(state_dir); !fine) return fine.error();
    auto lock = StateLock::take(state_dir);
    if (!lock) return lock.error();
    auto db = Database::open(state_dir + "/audienced.db");
    if (!db) return db.error();
    // Before it is migrated: a step on a damaged file would make it worse.
    if (auto sound = quick_check(*db); !sound) return sound.error();
    if (auto done = migrate(*db); !done) return done.error();
    if (auto whole = check_schema(*db); !whole) return whole.error();
    return Opened{std::move(*lock), std::move(*db)};
}

}  // namespace audienced::store
