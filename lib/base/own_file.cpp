#include "base/own_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/ownership.hpp"

namespace audienced {
namespace {

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// The file itself, or its folder where there is no file or the file is ours already.
std::string in_the_way(const std::string& path) {
    struct stat s {};
    if (::lstat(path.c_str(), &s) == 0 && s.st_uid != ::geteuid()) return path;
    return folder_of(path);
}

}  // namespace

std::string give_back_advice(const std::string& path, uid_t owner) {
    // Given to root, it would be lost to the service.
    if (::geteuid() == 0 && owner != 0)
        return "start it as the user that owns the state: systemctl start audienced, or runuser -u " +
               user_name(owner) + " -- audienced";
    return "give it back with " + chown_command(path) + ", then start audienced again";
}

Error own_file_error(const std::string& doing, const std::string& path, int error) {
    const std::string what = "cannot " + doing + " " + path + ": " + std::strerror(error);
    if (error == ENOSPC || error == EDQUOT)
        return retryable(Errc::store_full, what, "free disk space, then start audienced again");
    if (error == EROFS)
        return make_error(
            Errc::bad_config, what,
            "mount the file system writable; if the service's unit makes it read-only "
            "(ProtectSystem=), name the folder in ReadWritePaths= with systemctl edit audienced");
    if (error != EACCES && error != EPERM) return make_error(Errc::store_failed, what);
    const std::string part = in_the_way(path);
    struct stat s {};
    if (::lstat(part.c_str(), &s) != 0)
        return make_error(Errc::bad_config,
                          what + "; audienced runs as the user " + user_name(::geteuid()) +
                              ", who may not enter one of its folders",
                          "let the user in, or choose another --state-dir");
    return make_error(Errc::bad_config,
                      what + ": " + part + " has " + rights_of(s) + ", and audienced runs as the user " +
                          user_name(::geteuid()),
                      give_back_advice(folder_of(path), s.st_uid));
}

}  // namespace audienced
