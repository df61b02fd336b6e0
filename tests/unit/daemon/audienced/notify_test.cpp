#include "notify.hpp"

#include <catch2/catch.hpp>

#include "unit/daemon/audienced/notify_socket.hpp"

namespace audienced::unit::daemon_audienced_notify_test {

using namespace audienced;
using namespace audienced::daemon;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("the service manager hears each step, and never READY after STOPPING", "[unit][service]") {
    ServiceManager manager;
    Notify notify;
    notify.ready("idle");
    notify.status("run 1: 10 %");
    notify.status("run 1: 10 %");  // the same again is not sent
    notify.status("two\nREADY=0");
    notify.extend_timeout(5s);
    notify.beat();
    CHECK(manager.heard() == Heard{"READY=1\nSTATUS=idle", "STATUS=run 1: 10 %", "STATUS=two READY=0",
                                   "EXTEND_TIMEOUT_USEC=5000000", "WATCHDOG=1"});
    notify.reloading();
    const auto reloading = manager.heard();
    REQUIRE(reloading.size() == 1);
    CHECK(reloading[0].starts_with("RELOADING=1\nMONOTONIC_USEC="));
    notify.stopping("bye");
    notify.stopping("bye");
    notify.ready("late");
    notify.reloading();
    CHECK(manager.heard() == Heard{"STOPPING=1\nSTATUS=bye"});
}

TEST_CASE("without a service manager nothing happens", "[unit][service]") {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("LISTEN_PID");
    ::unsetenv("LISTEN_FDS");
    Notify notify;
    notify.ready("idle");
    CHECK_FALSE(Notify::watchdog().has_value());
    const auto socket = inherited_socket();
    REQUIRE(socket.has_value());
    CHECK_FALSE(socket->has_value());
}

TEST_CASE("a descriptor that is no listening socket is refused", "[unit][service]") {
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", "2", 1);
    const auto two = inherited_socket();
    ::unsetenv("LISTEN_PID");
    ::unsetenv("LISTEN_FDS");
    REQUIRE(two.has_error());
    CHECK(two.error().code == Errc::bad_config);
}

}  // namespace audienced::unit::daemon_audienced_notify_test
