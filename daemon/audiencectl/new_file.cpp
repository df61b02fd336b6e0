#include "new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace audienced::ctl {
namespace {

Error failed(const char* doing, const std::string& path, int error) {
    const Errc code = error == ENOSPC || error == EDQUOT ? Errc::store_full : Errc::store_failed;
    return make_error(code, std::string("cannot ") + doing + " " + path + ": " + std::strerror(error),
                      code == Errc::store_full ? "free some space there, or name another folder" : "");
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

}  // namespace

NewFile::NewFile(NewFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})) {}

NewFile::~NewFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

result<NewFile> NewFile::in_place_of(const std::string& path) {
    struct stat st {};
    if (::stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode))
        return make_error(Errc::usage, path + " is no regular file", "name a file, or - for standard output");
    int fd = ::open(folder_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) return NewFile(fd, path, {});
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) {
        std::string temporary = path + ".XXXXXX";
        fd = ::mkostemp(temporary.data(), O_CLOEXEC);  // 0600
        if (fd >= 0) return NewFile(fd, path, std::move(temporary));
    }
    return make_error(Errc::usage, "cannot make a file in " + folder_of(path) + ": " + std::strerror(errno),
                      "name a folder that exists and that your user may write to");
}

result<void> NewFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed("write", path_, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

result<void> NewFile::keep() {
    if (::fsync(fd_) != 0) return failed("write", path_, errno);
    if (temporary_.empty()) {
        const std::string self = "/proc/self/fd/" + std::to_string(fd_);
        // Where nothing has the name, no other name is ever there.
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) == 0)
            return sync_folder();
        if (errno != EEXIST) return failed("make", path_, errno);
        std::string name = path_ + ".new-" + std::to_string(::getpid());
        ::unlink(name.c_str());
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
            return failed("make", path_, errno);
        temporary_ = std::move(name);
    }
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return failed("make", path_, errno);
    temporary_.clear();
    return sync_folder();
}

result<void> NewFile::sync_folder() const {
    const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    const int why = errno;
    if (folder >= 0) ::close(folder);
    return synced ? result<void>{} : failed("sync the folder of", path_, why);
}

}  // namespace audienced::ctl
