#include "base/ownership.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace audienced {

std::string user_name(uid_t id) {
    char buffer[4096];
    passwd entry, *found = nullptr;
    if (::getpwuid_r(id, &entry, buffer, sizeof buffer, &found) == 0 && found) return found->pw_name;
    return std::to_string(id);
}

std::string group_name(gid_t id) {
    char buffer[4096];
    group entry, *found = nullptr;
    if (::getgrgid_r(id, &entry, buffer, sizeof buffer, &found) == 0 && found) return found->gr_name;
    return std::to_string(id);
}

bool is_member(uid_t user, gid_t group) {
    char buffer[4096];
    passwd entry, *found = nullptr;
    if (::getpwuid_r(user, &entry, buffer, sizeof buffer, &found) != 0 || !found) return false;
    std::vector<gid_t> groups(32);
    int count = static_cast<int>(groups.size());
    while (::getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) < 0) {
        if (static_cast<std::size_t>(count) <= groups.size()) return false;
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

std::string octal_mode(const struct stat& s) {
    const unsigned mode = s.st_mode & 07777;
    std::string octal = "0000";
    for (unsigned i = 0; i < 4; ++i) octal[3 - i] = static_cast<char>('0' + (mode >> (3 * i) & 7));
    return octal;
}

std::string rights_of(const struct stat& s) {
    return "owner " + user_name(s.st_uid) + ", group " + group_name(s.st_gid) + ", mode " + octal_mode(s);
}

bool open_to_others(const struct stat& s) {
    if (!S_ISREG(s.st_mode)) return false;
    return (s.st_mode & (s.st_uid == ::geteuid() ? 077 : 027)) != 0;
}

std::string chown_command(const std::string& path) {
    return "chown -R " + user_name(::geteuid()) + ":" + group_name(::getegid()) + " " + path;
}

bool may_access(const std::string& path, int mode) {
    return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

}  // namespace audienced
