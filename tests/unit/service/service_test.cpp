#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <csignal>

#include "aio/task_group.hpp"
#include "lifecycle.hpp"
#include "support/run_coro.hpp"
#include "support/temp_dir.hpp"
#include "watchdog.hpp"

using namespace audienced;
using namespace audienced::daemon;
using namespace std::chrono_literals;

namespace {

/// The service manager's end: a bound datagram socket.
struct Manager {
    test::TempDir dir;
    int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    Manager() {
        const std::string path = (dir / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~Manager() {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(fd);
    }
    std::vector<std::string> heard() const {
        std::vector<std::string> out;
        char text[2000];
        for (ssize_t n; (n = ::recv(fd, text, sizeof text, 0)) > 0;)
            out.emplace_back(text, static_cast<std::size_t>(n));
        return out;
    }
};

using Heard = std::vector<std::string>;

void settle(boost::asio::io_context& context) {
    context.restart();
    while (context.poll() > 0) {
    }
}

}  // namespace

TEST_CASE("the service manager hears each step, and never READY after STOPPING", "[unit][service]") {
    Manager manager;
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

TEST_CASE("the watchdog gets a beat per third of its interval, only while the check ends well and in time",
          "[unit][service]") {
    Manager manager;
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    boost::asio::io_context context(1);
    test::FakeTime time;
    Notify notify;
    enum { fine, broken, hanging } state = fine;
    const HealthCheck check = [&]() -> awaitable<result<void>> {
        if (state == hanging) co_return co_await time.sleep_for(1h);
        if (state == broken) co_return make_error(Errc::store_busy, "the database does not answer");
        co_return result<void>{};
    };
    aio::TaskGroup group(context.get_executor());
    group.spawn("watchdog", beat_while_healthy(time, notify, check));
    const auto pass = [&](std::chrono::seconds d) {
        for (auto left = d; left > 0s; left -= 1s) {
            time.advance(1s);
            settle(context);
        }
        return manager.heard();
    };
    settle(context);
    CHECK(manager.heard() == Heard{"WATCHDOG=1"});
    CHECK(pass(30s) == Heard{"WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"});
    state = broken;
    CHECK(pass(30s) == Heard{"STATUS=not healthy: the database does not answer"});
    state = hanging;
    CHECK(pass(30s) == Heard{"STATUS=not healthy: the deadline passed"});
    state = fine;
    CHECK(pass(20s).size() >= 1);
    group.cancel();
    settle(context);
    CHECK(group.empty());
}

TEST_CASE("the first signal drains, the second stops now, SIGHUP reloads until then", "[unit][service]") {
    boost::asio::io_context context(1);
    Signals signals(context.get_executor());
    std::vector<std::string> seen;
    Actions actions;
    actions.reload = [&] { seen.push_back("reload"); };
    actions.drain = [&](std::string_view why) { seen.push_back("drain " + std::string(why)); };
    actions.stop_now = [&] { seen.push_back("stop"); };
    aio::TaskGroup group(context.get_executor());
    ::raise(SIGHUP);  // before anybody watches
    group.spawn("signals", signals.watch(actions));
    const auto await = [&](std::size_t count) {
        test::run_until(context, [&] { return seen.size() >= count; });
    };
    await(1);
    ::raise(SIGTERM);
    await(2);
    ::raise(SIGHUP);
    ::raise(SIGINT);
    await(3);
    CHECK(seen == Heard{"reload", "drain SIGTERM", "stop"});
    group.cancel();
    settle(context);
    CHECK(group.empty());
}

TEST_CASE("an action that cancels its own watch ends it", "[unit][service]") {
    boost::asio::io_context context(1);
    Signals signals(context.get_executor());
    aio::TaskGroup group(context.get_executor());
    Actions actions;
    actions.drain = [&](std::string_view) { group.cancel(); };
    group.spawn("signals", signals.watch(actions));
    ::raise(SIGINT);
    test::run_until(context, [&] { return group.empty(); });
}

TEST_CASE("a watchdog cancelled in the middle of its check ends at once", "[unit][service]") {
    Manager manager;
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    boost::asio::io_context context(1);
    test::FakeTime time;
    Notify notify;
    const HealthCheck hanging = [&]() -> awaitable<result<void>> { return time.sleep_for(1h); };
    aio::TaskGroup group(context.get_executor());
    group.spawn("watchdog", beat_while_healthy(time, notify, hanging));
    settle(context);
    group.cancel();
    settle(context);
    CHECK(group.empty());
    CHECK(manager.heard().empty());
}

TEST_CASE("a drain ends when nothing is under way, or at its deadline, and asks for time meanwhile",
          "[unit][service]") {
    Manager manager;
    boost::asio::io_context context(1);
    test::FakeTime time;
    Notify notify;
    std::size_t runs = 2;
    const SteadyTime begin = time.steady();
    SECTION("done in time") {
        std::size_t looks = 0;
        auto under_way = [&]() -> std::size_t { return ++looks > 30 ? 0 : runs; };
        CHECK(test::run_coro(context, time, drain(time, notify, under_way, 30s)) == 0);
        CHECK(time.steady() - begin < 10s);
        const auto heard = manager.heard();
        REQUIRE(heard.size() == 3);
        CHECK(heard[0] == "EXTEND_TIMEOUT_USEC=50000000");
        CHECK(heard[1] == "STATUS=stopping: waiting for 2 runs");
        CHECK(heard[2] == "EXTEND_TIMEOUT_USEC=45000000");
    }
    SECTION("too late") {
        auto under_way = [&] { return runs; };
        CHECK(test::run_coro(context, time, drain(time, notify, under_way, 30s)) == 2);
        CHECK(time.steady() - begin == 30s);
    }
    SECTION("no time given") {
        auto under_way = [&] { return runs; };
        CHECK(test::run_coro(context, time, drain(time, notify, under_way, 0s)) == 2);
        CHECK(time.steady() == begin);
    }
}

TEST_CASE("a dead reader does not kill the process", "[unit][service]") {
    ignore_sigpipe();
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    ::close(ends[0]);
    CHECK(::write(ends[1], "x", 1) == -1);
    CHECK(errno == EPIPE);
    ::close(ends[1]);
}
