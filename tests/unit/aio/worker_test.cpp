#include "aio/worker.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <future>
#include <thread>
#include <vector>

#include "aio/task_group.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::aio_worker_test {

using namespace audienced;
namespace asio = boost::asio;

namespace {
awaitable<std::pair<std::thread::id, std::thread::id>> threads_of(aio::Worker& worker) {
    auto job = [] { return std::this_thread::get_id(); };
    const auto there = co_await worker.run(job);
    co_return std::make_pair(there, std::this_thread::get_id());
}

awaitable<int> throwing(aio::Worker& worker) {
    auto job = []() -> int { throw std::runtime_error("from the worker"); };
    co_return co_await worker.run(job);
}

awaitable<void> use_local(aio::Worker& worker, std::shared_future<void> released, std::string& out) {
    std::string local = "still there";
    auto job = [&local, released] {
        released.wait();
        return local;
    };
    out = co_await worker.run(std::move(job));
}
}  // namespace

TEST_CASE("work runs on the worker's thread and its caller goes on on its own", "[unit][aio]") {
    asio::io_context io(1);
    aio::Worker worker;  // joined before its caller's io_context dies
    const auto [there, here] = test::run_coro(io, threads_of(worker));
    CHECK(there != std::this_thread::get_id());
    CHECK(here == std::this_thread::get_id());
    CHECK(aio::Worker::jobs_in_flight() == 0);
}

TEST_CASE("what work throws is thrown to its caller", "[unit][aio]") {
    asio::io_context io(1);
    aio::Worker worker;
    CHECK_THROWS_WITH(test::run_coro(io, throwing(worker)), "from the worker");
}

TEST_CASE("a plain thread waits for work, and is thrown what it throws", "[unit][aio]") {
    aio::Worker worker;
    std::thread::id there;
    worker.run_and_wait([&] { there = std::this_thread::get_id(); });
    CHECK(there != std::thread::id{});
    CHECK(there != std::this_thread::get_id());
    const auto failing = [] { throw std::runtime_error("from the worker"); };
    CHECK_THROWS_WITH(worker.run_and_wait(failing), "from the worker");
}

TEST_CASE("a cancelled caller waits for its work, which may use its locals", "[unit][aio]") {
    asio::io_context io(1);
    aio::Worker worker;
    aio::TaskGroup tasks(io.get_executor());
    std::promise<void> release;
    std::string out;
    tasks.spawn("user", use_local(worker, release.get_future().share(), out));
    io.poll();
    tasks.cancel();
    io.poll();
    CHECK(tasks.size() == 1);
    release.set_value();
    io.restart();
    io.run();
    CHECK(tasks.empty());
    CHECK(out == "still there");
}

TEST_CASE("several threads serve at once", "[unit][aio]") {
    asio::io_context io(1);
    aio::Worker worker(2);
    aio::TaskGroup tasks(io.get_executor());
    std::promise<void> first, second;
    auto first_begun = first.get_future().share(), second_begun = second.get_future().share();
    // Each waits for the other: with one thread neither would end.
    struct Meet {
        static awaitable<void> task(aio::Worker& w, std::promise<void>& mine,
                                    std::shared_future<void> other) {
            auto job = [&mine, other] {
                mine.set_value();
                other.wait();
                return true;
            };
            (void)co_await w.run(std::move(job));
        }
    };
    tasks.spawn("one", Meet::task(worker, first, second_begun));
    tasks.spawn("two", Meet::task(worker, second, first_begun));
    test::run_coro(io, tasks.wait());
    CHECK(tasks.empty());
}

TEST_CASE("more work than threads is done in its order", "[unit][aio]") {
    std::vector<int> done;
    {
        aio::Worker worker(1);
        for (int i = 0; i < 100; ++i) worker.post([&done, i] { done.push_back(i); });
    }
    CHECK(done.size() == 100);
    CHECK(std::is_sorted(done.begin(), done.end()));
}

}  // namespace audienced::unit::aio_worker_test
