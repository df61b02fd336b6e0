#include "lifecycle.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "aio/task_group.hpp"
#include "support/run_coro.hpp"
#include "unit/daemon/audienced/notify_socket.hpp"

namespace audienced::unit::daemon_audienced_lifecycle_test {

using namespace audienced;
using namespace audienced::daemon;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("the first signal drains, the second stops now, SIGHUP reloads until then", "[unit][service]") {
    boost::asio::io_context context(1);
    Signals signals(context.get_executor());
    std::vector<std::string> seen;
    Actions actions;
    actions.reload = [&] { seen.push_back("reload"); };
    actions.drain = [&](std::string_view why) { seen.push_back("drain " + std::string(why)); };
    actions.stop_now = [&] { seen.push_back("stop"); };
    aio::TaskGroup group(context.get_executor());
    ::raise(SIGHUP);  // before watch() begins
    group.spawn("signals", signals.watch(actions));
    const auto await = [&](std::size_t count) { run_until(context, [&] { return seen.size() >= count; }); };
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
    run_until(context, [&] { return group.empty(); });
}

TEST_CASE("a stop ends within the drain time, and has time to cut off what is left", "[unit][service]") {
    auto [given, drained, at_most] =
        GENERATE(table<std::chrono::seconds, std::chrono::seconds, std::chrono::seconds>(
            {{0s, 0s, 2s}, {1s, 0s, 2s}, {2s, 1s, 2s}, {10s, 9s, 10s}, {30s, 27s, 30s}, {600s, 597s, 600s}}));
    CHECK(stop_times(given).drain == drained);
    CHECK(stop_times(given).at_most == at_most);
}

TEST_CASE("a drain ends when nothing is under way, or at its deadline, and asks for time meanwhile",
          "[unit][service]") {
    ServiceManager manager;
    boost::asio::io_context context(1);
    FakeTime time;
    Notify notify;
    std::size_t runs = 2;
    const SteadyTime begin = time.steady();
    SECTION("done in time") {
        std::size_t looks = 0;
        auto under_way = [&]() -> std::size_t { return ++looks > 30 ? 0 : runs; };
        CHECK(run_coro(context, time, drain(time, notify, under_way, 30s)) == 0);
        CHECK(time.steady() - begin < 10s);
        const auto heard = manager.heard();
        REQUIRE(heard.size() == 3);
        CHECK(heard[0] == "EXTEND_TIMEOUT_USEC=50000000");
        CHECK(heard[1] == "STATUS=stopping: waiting for 2 runs");
        CHECK(heard[2] == "EXTEND_TIMEOUT_USEC=45000000");
    }
    SECTION("too late") {
        auto under_way = [&] { return runs; };
        CHECK(run_coro(context, time, drain(time, notify, under_way, 30s)) == 2);
        CHECK(time.steady() - begin == 30s);
    }
    SECTION("no time given") {
        auto under_way = [&] { return runs; };
        CHECK(run_coro(context, time, drain(time, notify, under_way, 0s)) == 2);
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

}  // namespace audienced::unit::daemon_audienced_lifecycle_test
