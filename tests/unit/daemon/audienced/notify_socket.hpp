// The service manager's end of the notify socket, and a run of an io_context until nothing is ready.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace audienced::test {

using Heard = std::vector<std::string>;

/// A bound datagram socket that NOTIFY_SOCKET names.
struct ServiceManager {
    TempDir dir;
    int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ServiceManager() {
        const std::string path = (dir / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~ServiceManager() {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(fd);
    }
    Heard heard() const {
        Heard out;
        char text[2000];
        for (ssize_t n; (n = ::recv(fd, text, sizeof text, 0)) > 0;)
            out.emplace_back(text, static_cast<std::size_t>(n));
        return out;
    }
};

inline void settle(boost::asio::io_context& context) {
    context.restart();
    while (context.poll() > 0) {
    }
}

}  // namespace audienced::test
