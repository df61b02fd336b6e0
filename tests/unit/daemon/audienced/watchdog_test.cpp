#include "watchdog.hpp"

#include <catch2/catch.hpp>

#include "aio/task_group.hpp"
#include "support/run_coro.hpp"
#include "unit/daemon/audienced/notify_socket.hpp"

namespace audienced::unit::daemon_audienced_watchdog_test {

using namespace audienced;
using namespace audienced::daemon;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("the watchdog gets a beat per third of its interval, only while the check ends well and in time",
          "[unit][service]") {
    ServiceManager manager;
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    boost::asio::io_context context(1);
    FakeTime time;
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

TEST_CASE("a watchdog cancelled in the middle of its check ends at once", "[unit][service]") {
    ServiceManager manager;
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    boost::asio::io_context context(1);
    FakeTime time;
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

}  // namespace audienced::unit::daemon_audienced_watchdog_test
