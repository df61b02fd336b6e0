// A daemon that says nothing is given up after the limit, with a sentence; the kernel accepts for it.
#include "control/client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

#include "support/temp_dir.hpp"

namespace audienced::unit::control_client_test {

using namespace audienced;
using namespace std::chrono_literals;

namespace {

/// Listens, and never answers.
class SilentSocket {
public:
    explicit SilentSocket(const std::string& path)
        : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        REQUIRE(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(descriptor_, 0) == 0);
    }
    SilentSocket(const SilentSocket&) = delete;
    SilentSocket& operator=(const SilentSocket&) = delete;
    ~SilentSocket() { ::close(descriptor_); }

private:
    int descriptor_;
};

}  // namespace

TEST_CASE("a daemon that says nothing is given up after the limit, also where it takes no connection",
          "[unit][control]") {
    test::TempDir dir;
    const std::string path = (dir / "s").string();
    SilentSocket silent(path);
    const control::Client client(path, 50ms);
    // The first waits in its queue for an answer; a later one finds the queue full and cannot connect.
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.send("GET", "/v1/status");
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().code == Errc::timeout);
        CHECK(answer.error().text() ==
              "the daemon at " + path +
                  " did not answer within 1 s; look at what it does: systemctl status "
                  "audienced, journalctl -u audienced");
    }
    const control::Client elsewhere((dir / "none").string(), 50ms);
    CHECK(elsewhere.send("GET", "/v1/status").error().code == Errc::network);
}

}  // namespace audienced::unit::control_client_test
