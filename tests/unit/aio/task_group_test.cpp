#include "aio/task_group.hpp"

#include <catch2/catch.hpp>

#include "support/run_coro.hpp"

namespace audienced::unit::aio_task_group_test {

using namespace audienced;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {
awaitable<void> sleep_then(aio::Time& time, std::chrono::seconds wait, std::string& log, char what) {
    auto slept = co_await time.sleep_for(wait);
    log += slept ? what : '-';
}

awaitable<void> fail_after(aio::Time& time, std::chrono::seconds wait) {
    auto slept = co_await time.sleep_for(wait);
    (void)slept;
    throw std::runtime_error("a bug");
}

awaitable<void> wait_for_all(aio::TaskGroup& tasks, bool& done) {
    co_await tasks.wait();
    done = true;
}
}  // namespace

TEST_CASE("waiting for a group ends when its last task has", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::TaskGroup tasks(io.get_executor());
    std::string log;
    tasks.spawn("b", sleep_then(time, 2s, log, 'b'));
    tasks.spawn("a", sleep_then(time, 1s, log, 'a'));
    CHECK(tasks.size() == 2);
    test::run_coro(io, time, tasks.wait());
    CHECK(log == "ab");
    CHECK(tasks.empty());
    test::run_coro(io, time, tasks.wait());  // of an empty group: at once
}

TEST_CASE("cancelling a group reaches every task", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::TaskGroup tasks(io.get_executor());
    std::string log;
    for (int i = 0; i < 3; ++i) tasks.spawn("sleeper", sleep_then(time, 1h, log, 'x'));
    io.poll();
    tasks.cancel();
    io.restart();
    io.run();
    CHECK(log == "---");
    CHECK(tasks.empty());
}

TEST_CASE("a task that throws is reported by name, and the others go on", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    std::string bug, log;
    aio::TaskGroup tasks(io.get_executor(),
                         [&](const std::string& name, const std::string& what) { bug = name + ": " + what; });
    tasks.spawn("broken", fail_after(time, 1s));
    tasks.spawn("fine", sleep_then(time, 2s, log, 'f'));
    test::run_coro(io, time, tasks.wait());
    CHECK(bug == "broken: a bug");
    CHECK(log == "f");
}

TEST_CASE("a task that is cancelled before it began is no bug", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    std::string bug, log;
    aio::TaskGroup tasks(io.get_executor(),
                         [&](const std::string& name, const std::string& what) { bug = name + ": " + what; });
    tasks.spawn("sleeper", sleep_then(time, 1h, log, 'x'));
    tasks.cancel();
    io.run();
    CHECK(tasks.empty());
    CHECK(bug == "");
}

TEST_CASE("a cancelled waiter for a group still waits for its end", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::TaskGroup inner(io.get_executor()), outer(io.get_executor());
    std::string log;
    bool done = false;
    inner.spawn("slow", sleep_then(time, 5s, log, 's'));
    outer.spawn("waiter", wait_for_all(inner, done));
    io.poll();
    outer.cancel();
    io.poll();
    CHECK_FALSE(done);
    time.advance(5s);
    io.restart();
    io.run();
    CHECK(log == "s");
    CHECK(outer.empty());
}

}  // namespace audienced::unit::aio_task_group_test
