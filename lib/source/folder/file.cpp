#include "source/folder/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/access.hpp"

namespace audienced::source::folder {
namespace {
namespace fs = std::filesystem;

bool is_below(const fs::path& path, const fs::path& root) {
    const std::string r = root.native() == "/" ? "/" : root.native() + "/";
    return path.native().compare(0, r.size(), r) == 0;
}

/// Where the descriptor really points: asked of the open file, so that no link can be swapped in between.
fs::path real_path(int fd, const std::string& opened, std::error_code& error) {
    const fs::path link = "/proc/self/fd/" + std::to_string(fd);
    fs::path target = fs::read_symlink(link, error);
    if (error) target = fs::canonical(opened, error);
    return target;
}
}  // namespace

std::string Stamp::text() const {
    return std::to_string(size) + ":" + std::to_string(modified_ns) + ":" + std::to_string(inode);
}

Stamp Stamp::of(const struct stat& s) {
    Stamp stamp;
    stamp.device = s.st_dev;
    stamp.inode = s.st_ino;
    stamp.size = static_cast<std::uint64_t>(s.st_size);
    stamp.modified_ns = static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec;
    return stamp;
}

File::File(File&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      name_(std::move(other.name_)),
      stamp_(other.stamp_),
      read_(other.read_) {}

File& File::operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    path_ = std::move(other.path_);
    name_ = std::move(other.name_);
    stamp_ = other.stamp_;
    read_ = other.read_;
    return *this;
}

File::~File() {
    close();
}

void File::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

result<std::size_t> File::read(std::span<char> into) {
    for (;;) {
        const ssize_t n = ::read(fd_, into.data(), into.size());
        if (n >= 0) {
            read_ += static_cast<std::uint64_t>(n);
            if (read_ > stamp_.size) return changed();
            return static_cast<std::size_t>(n);
        }
        if (errno != EINTR)
            return retryable(Errc::not_ready, "reading " + name_ + " failed: " + std::strerror(errno));
    }
}

result<void> File::unchanged() const {
    struct stat now;
    const int error = ::stat(path_.c_str(), &now) == 0 ? 0 : errno;
    if (error != 0 && error != ENOENT)
        return retryable(
            Errc::not_ready,
            "the file " + name_ + " cannot be looked at again after it was read: " + std::strerror(error));
    if (error != 0 || Stamp::of(now) != stamp_) return changed();
    return {};
}

Error File::changed() const {
    return retryable(Errc::source_changed, name_ + " changed while it was read",
                     "write exports under another name and rename them when they are complete");
}

result<void> check_relative(const std::string& name) {
    if (name.empty()) return make_error(Errc::usage, "the name of the file is empty");
    if (name[0] == '/')
        return make_error(Errc::usage, "the file " + name + " is an absolute path",
                          "name it relative to the folder");
    if (name.find('\0') != std::string::npos)
        return make_error(Errc::usage, "the file's name holds a NUL byte");
    for (const auto& part : fs::path(name))
        if (part == "..")
            return make_error(Errc::usage, "the file " + name + " leads out of its folder (..)",
                              "name a file below the folder of the source");
    return {};
}

result<File> open_inside(const std::string& root, const std::string& name) {
    if (auto fine = check_relative(name); !fine) return fine.error();
    std::error_code error;
    const fs::path folder = fs::canonical(root, error);
    if (error) return cannot_be_read("the folder", root, error.value());
    File file;
    file.name_ = name;
    file.path_ = (folder / name).native();
    // Non-blocking, so that a pipe put in place of a file cannot hold the reader.
    file.fd_ = ::open(file.path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file.fd_ < 0) return cannot_be_read("the file", file.path_, errno);
    const fs::path real = real_path(file.fd_, file.path_, error);
    if (error)
        return retryable(Errc::not_ready,
                         "it cannot be told where the file " + name + " lies: " + error.message());
    if (!is_below(real, folder))
        return make_error(Errc::usage, "the file " + name + " is a link that leads out of its folder",
                          "only files below the folder of the source are read");
    struct stat s;
    if (::fstat(file.fd_, &s) != 0)
        return retryable(Errc::not_ready, "the file " + name + " cannot be read: " + std::strerror(errno));
    if (!S_ISREG(s.st_mode)) return make_error(Errc::not_ready, name + " is not a regular file");
    file.stamp_ = Stamp::of(s);
    ::posix_fadvise(file.fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
    return file;
}

}  // namespace audienced::source::folder
