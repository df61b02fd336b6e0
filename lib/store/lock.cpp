#include "store/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/own_file.hpp"

namespace audienced::store {

StateLock::StateLock(StateLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

StateLock& StateLock::operator=(StateLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

StateLock::~StateLock() {
    if (fd_ >= 0) ::close(fd_);
}

result<StateLock> StateLock::take(const std::string& state_dir) {
    const std::string path = state_dir + "/lock";
    StateLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    const auto failed = [&](const char* doing) { return own_file_error(doing, path, errno); };
    if (lock.fd_ < 0) return failed("open");
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return failed("lock");
        std::array<char, 32> holder{};
        const ssize_t got = ::read(lock.fd_, holder.data(), holder.size() - 1);
        std::string pid(holder.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        pid = pid.substr(0, pid.find_first_not_of("0123456789"));
        return make_error(
            Errc::store_busy,
            "another audienced (process " + (pid.empty() ? "unknown" : pid) + ") uses " + state_dir,
            "stop it first, or name another state directory");
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(lock.fd_, 0) != 0) return failed("write");
    // For people and for the message above; a full disk must not keep a daemon from starting.
    (void)!::pwrite(lock.fd_, pid.data(), pid.size(), 0);
    return lock;
}

}  // namespace audienced::store
