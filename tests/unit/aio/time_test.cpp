#include "support/fake_time.hpp"

#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <mutex>

#include "aio/task_group.hpp"
#include "aio/with_deadline.hpp"
#include "aio/worker.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::aio_time_test {

using namespace audienced;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {
awaitable<void> note_after(aio::Time& time, std::chrono::seconds wait, std::vector<int>& log, int what) {
    auto slept = co_await time.sleep_for(wait);
    log.push_back(slept ? what : -what);
}

awaitable<result<int>> slow(aio::Time& time, std::chrono::seconds wait) {
    auto slept = co_await time.sleep_for(wait);
    if (!slept) co_return slept.error();
    co_return 7;
}

awaitable<result<int>> until_stopped(aio::Worker& worker, std::stop_token stop) {
    auto job = [&stop]() -> result<int> {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait(lock, stop, [] { return false; });
        return 3;
    };
    co_return co_await worker.run(std::move(job));
}

awaitable<void> stopped_within(aio::Time& time, aio::Worker& worker, std::stop_source stop,
                               std::optional<result<int>>& answer) {
    co_await asio::this_coro::throw_if_cancelled(false);
    auto task = until_stopped(worker, stop.get_token());
    answer = co_await aio::with_deadline(time, time.steady() + 10s, stop, std::move(task));
}

// Lets the io_context turn idle again and again while the job is under way.
awaitable<result<int>> on_worker(aio::Worker& worker, asio::io_context& io) {
    auto job = [&io]() -> result<int> {
        for (int i = 0; i < 100; ++i) {
            std::promise<void> turned;
            asio::post(io, [&turned] { turned.set_value(); });
            turned.get_future().wait();
        }
        return 5;
    };
    co_return co_await worker.run(std::move(job));
}

awaitable<result<int>> until_released(aio::Worker& worker, std::shared_future<void> released) {
    auto job = [released]() -> result<int> {
        released.wait();
        return 5;
    };
    co_return co_await worker.run(std::move(job));
}

awaitable<void> bounded(aio::Time& time, aio::Worker& worker, std::shared_future<void> released, Errc& code) {
    auto answer = co_await aio::with_deadline(time, time.steady() + 10s, until_released(worker, released));
    code = answer.has_error() ? answer.error().code : Errc::bug;
}

awaitable<void> fails() {
    throw std::runtime_error("out it goes");
    co_return;
}
}  // namespace

TEST_CASE("a sleeper wakes when the test moves the clock past it, and not before", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::TaskGroup tasks(io.get_executor());
    std::vector<int> log;
    tasks.spawn("one", note_after(time, 3600s, log, 1));
    tasks.spawn("two", note_after(time, 10s, log, 2));
    io.poll();
    CHECK(time.sleepers() == 2);
    time.advance(9s);
    io.poll();
    CHECK(log.empty());
    time.advance(1s);
    io.poll();
    CHECK(log == std::vector<int>{2});
    time.advance(3590s);
    io.run();
    CHECK(log == std::vector<int>{2, 1});
}

TEST_CASE("run_coro jumps from sleeper to sleeper in their order", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::TaskGroup tasks(io.get_executor());
    std::vector<int> log;
    tasks.spawn("late", note_after(time, 86400s, log, 3));
    tasks.spawn("early", note_after(time, 1s, log, 1));
    tasks.spawn("middle", note_after(time, 60s, log, 2));
    const auto start = time.steady();
    test::run_coro(io, time, tasks.wait());
    CHECK(log == std::vector<int>{1, 2, 3});
    CHECK(time.steady() - start == 86400s);
}

TEST_CASE("cancelling a sleeper says so and leaves no sleeper behind", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::TaskGroup tasks(io.get_executor());
    std::vector<int> log;
    tasks.spawn("one", note_after(time, 3600s, log, 1));
    io.poll();
    tasks.cancel();
    io.run();
    CHECK(log == std::vector<int>{-1});
    CHECK(time.sleepers() == 0);
}

TEST_CASE("a deadline ends what takes too long, and lets the rest through", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    const auto in_time =
        test::run_coro(io, time, aio::with_deadline(time, time.steady() + 10s, slow(time, 5s)));
    REQUIRE(in_time.has_value());
    CHECK(*in_time == 7);
    const auto late = test::run_coro(io, time, aio::with_deadline(time, time.steady() + 5s, slow(time, 10s)));
    REQUIRE(late.has_error());
    CHECK(late.error().code == Errc::timeout);
    CHECK(time.sleepers() == 0);
}

TEST_CASE("the clock stands still while a worker is busy", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::Worker worker;
    const auto answer =
        test::run_coro(io, time, aio::with_deadline(time, time.steady() + 1s, on_worker(worker, io)));
    REQUIRE(answer.has_value());
    CHECK(*answer == 5);
}

TEST_CASE("a cancelled wait with a deadline is not taken for a timeout", "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::Worker worker;
    aio::TaskGroup tasks(io.get_executor());
    std::promise<void> release;
    Errc code = Errc::bug;
    tasks.spawn("bounded", bounded(time, worker, release.get_future().share(), code));
    io.poll();
    tasks.cancel();
    io.poll();
    release.set_value();
    io.run();
    CHECK(code == Errc::cancelled);
}

TEST_CASE("only a cancellation is turned into an error, any other exception stays one", "[unit][aio]") {
    const auto turned = [](std::exception_ptr thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (...) {
            return aio::cancelled_or_rethrow().code;
        }
    };
    const boost::system::error_code aborted = asio::error::operation_aborted,
                                    reset = asio::error::connection_reset;
    CHECK(turned(std::make_exception_ptr(boost::system::system_error(aborted))) == Errc::cancelled);
    CHECK_THROWS_AS(turned(std::make_exception_ptr(boost::system::system_error(reset))),
                    boost::system::system_error);
    CHECK_THROWS_AS(turned(std::make_exception_ptr(std::logic_error("bug"))), std::logic_error);
}

TEST_CASE("run_coro rethrows what the coroutine threw", "[unit][aio]") {
    CHECK_THROWS_WITH(test::run_coro(fails()), "out it goes");
}

TEST_CASE("work on a thread is told to stop when its time is over, and when its caller is cancelled",
          "[unit][aio]") {
    asio::io_context io(1);
    test::FakeTime time;
    aio::Worker worker;
    aio::TaskGroup tasks(io.get_executor());
    std::stop_source stop;
    std::optional<result<int>> answer;
    tasks.spawn("caller", stopped_within(time, worker, stop, answer));
    test::run_until(io, [&] { return time.sleepers() == 1; });
    SECTION("time") {
        time.advance(10s);
        test::run_until(io, [&] { return tasks.empty(); });
        CHECK(answer->error().code == Errc::timeout);
    }
    SECTION("the caller") {
        tasks.cancel();
        test::run_until(io, [&] { return tasks.empty(); });
        CHECK(answer->error().code == Errc::cancelled);
    }
    CHECK(stop.stop_requested());
}

}  // namespace audienced::unit::aio_time_test
