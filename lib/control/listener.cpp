#include "control/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/own_file.hpp"

namespace audienced::control {
namespace {

std::string why(int error) {
    return std::strerror(error);
}

int new_socket() {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/// Makes room at `path`: nothing there, or a socket without a listener.
result<void> clear_way(const std::string& path, const sockaddr_un& address) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return make_error(Errc::bad_config, "cannot inspect " + path + ": " + why(errno));
    }
    if (!S_ISSOCK(found.st_mode))
        return make_error(Errc::wrong_state, path + " exists and is no socket",
                          "it was not touched: choose another --socket, or move it away");
    const int probe = new_socket();
    if (probe < 0) return make_error(Errc::bad_config, "cannot create a socket: " + why(errno));
    const int outcome = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int error = errno;
    ::close(probe);
    if (outcome == 0 || error != ECONNREFUSED)  // EAGAIN: its backlog is full, so a listener is there
        return make_error(Errc::wrong_state, "another daemon listens on " + path,
                          "stop it first, or choose another --socket");
    if (::unlink(path.c_str()) != 0)
        return make_error(Errc::bad_config, "cannot remove the old socket " + path + ": " + why(errno));
    return {};
}

}  // namespace

result<Listener> Listener::open(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return make_error(Errc::bad_config, "the socket path is empty or longer than 107 bytes: " + path,
                          "choose a shorter --socket");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (auto clear = clear_way(path, address); !clear) return clear.error();

    Listener listener;
    listener.descriptor_ = new_socket();
    if (listener.descriptor_ < 0)
        return make_error(Errc::bad_config, "cannot create a socket: " + why(errno));
    const mode_t before =
        ::umask(0117);  // 0660 from the first moment: a chmod afterwards would leave a window
    const int bound =
        ::bind(listener.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int error = errno;
    ::umask(before);
    if (bound != 0) {
        Error refused = own_file_error("create the socket", path, error);
        refused.code = Errc::bad_config;
        if (error == ENOENT) refused.hint = "make its folder, or name another --socket";
        return refused;
    }
    listener.path_ = path;
    struct stat made {};
    if (::lstat(path.c_str(), &made) == 0) {
        listener.device_ = made.st_dev;
        listener.inode_ = made.st_ino;
    }
    if (::listen(listener.descriptor_, 128) != 0)
        return make_error(Errc::bad_config, "cannot listen on " + path + ": " + why(errno));
    return listener;
}

result<Listener> Listener::adopt(int descriptor) {
    int domain = 0, listening = 0;
    socklen_t size = sizeof domain;
    const bool unix_socket =
        ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
    size = sizeof listening;
    const bool listens =
        ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
    if (!unix_socket || !listens)
        return make_error(Errc::bad_config, "the inherited descriptor is not a listening Unix socket",
                          "the socket unit needs ListenStream= with a path, and Accept=no");
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    Listener listener;
    listener.descriptor_ = descriptor;
    return listener;
}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

Listener::~Listener() {
    if (descriptor_ >= 0) ::close(descriptor_);
    struct stat found {};
    if (!path_.empty() && ::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ &&
        found.st_ino == inode_)
        ::unlink(path_.c_str());
}

int Listener::release() noexcept {
    return std::exchange(descriptor_, -1);
}

}  // namespace audienced::control
