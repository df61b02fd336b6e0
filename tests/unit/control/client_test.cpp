#include "control/client.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <future>

#include "support/temp_dir.hpp"

namespace audienced::unit::control_client_test {

using namespace audienced;
using namespace std::chrono_literals;

namespace {

/// A socket that is listened at, and accepted by no one.
struct Deaf {
    explicit Deaf(int backlog = 8) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(descriptor, backlog) == 0);
    }
    ~Deaf() { ::close(descriptor); }
    test::TempDir dir;
    const std::string path = (dir / "s").string();
    int descriptor = -1;
};

}  // namespace

TEST_CASE("a daemon that does not answer is told of, once, and given up after the limit", "[unit][control]") {
    const Deaf deaf;
    int told = 0;
    control::Patience patience;
    patience.notice = 1ms;
    patience.limit = 1ms;
    patience.on_silence = [&] { ++told; };
    const control::Client client(deaf.path, patience);
    const auto answer = client.send("GET", "/v1/status");
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == Errc::timeout);
    CHECK(answer.error().text() == "the daemon at " + deaf.path +
                                       " did not answer within 1 s; look at what it does: systemctl status "
                                       "audienced, journalctl -u audienced");
    CHECK(told == 1);
}

TEST_CASE("so is one whose queue of connections is full", "[unit][control]") {
    const Deaf deaf(0);
    const control::Client client(deaf.path, {.limit = 1ms});
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.send("GET", "/v1/status");
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().code == Errc::timeout);
    }
    const control::Client elsewhere((deaf.dir / "none").string(), {.limit = 1ms});
    CHECK(elsewhere.send("GET", "/v1/status").error().code == Errc::network);
}

TEST_CASE("without a limit an answer is waited for, however late", "[unit][control]") {
    const Deaf late;
    std::promise<void> told;
    control::Patience patience;
    patience.notice = 1ms;
    patience.on_silence = [&] { told.set_value(); };
    auto answer = std::async(std::launch::async,
                             [&] { return control::Client(late.path, patience).send("GET", "/v1/status"); });
    told.get_future().wait();
    const int peer = ::accept4(late.descriptor, nullptr, nullptr, SOCK_CLOEXEC);
    const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    CHECK(::send(peer, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    const auto got = answer.get();
    ::close(peer);
    REQUIRE(got.has_value());
    CHECK(got->body == "{}");
}

}  // namespace audienced::unit::control_client_test
