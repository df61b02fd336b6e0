#include "inspect/look.hpp"

#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

#include "aio/task_group.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::inspect_look_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct LookScene {
    boost::asio::io_context io{1};
    FakeTime time;
    aio::Worker readers{4};
    run::Environment env;
    std::atomic<int> looking{0};
    std::optional<result<int>> answer;

    LookScene() {
        env.io = io.get_executor();
        env.time = &time;
        env.readers = &readers;
    }
    void wait_until_it_looks() {
        while (looking == 0 || time.sleepers() != 1) io.poll();
    }
    /// A look that ends only when it is told to.
    awaitable<void> look_for_ever() {
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        const auto wait = [this](std::stop_token stop) -> result<int> {
            ++looking;
            std::mutex mutex;
            std::condition_variable_any never;
            std::unique_lock lock(mutex);
            never.wait(lock, stop, [] { return false; });
            return make_error(Errc::cancelled, "stopped");
        };
        answer = co_await inspect::look(env, "crm", wait);
    }
};

}  // namespace

TEST_CASE("a look at a source that takes a minute is over, and says so", "[unit][inspect]") {
    LookScene scene;
    aio::TaskGroup tasks(scene.io.get_executor());
    tasks.spawn("look", scene.look_for_ever());
    scene.wait_until_it_looks();
    scene.time.advance(std::chrono::seconds{59});
    scene.io.poll();
    CHECK_FALSE(scene.answer);
    scene.time.advance(std::chrono::seconds{1});
    run_until(scene.io, [&] { return tasks.empty(); });
    REQUIRE(scene.answer);
    CHECK(scene.answer->error().code == Errc::timeout);
    CHECK(scene.answer->error().message == "looking at the source crm took longer than 60 s");
}

TEST_CASE("a look at a source is over when its caller is cancelled", "[unit][inspect]") {
    LookScene scene;
    aio::TaskGroup tasks(scene.io.get_executor());
    tasks.spawn("look", scene.look_for_ever());
    scene.wait_until_it_looks();
    tasks.cancel();
    run_until(scene.io, [&] { return tasks.empty(); });
    CHECK(scene.answer->error().code == Errc::cancelled);
}

TEST_CASE("a look in time gives what it found", "[unit][inspect]") {
    LookScene scene;
    const auto seven = [](std::stop_token) -> result<int> { return 7; };
    CHECK(run_coro(scene.io, inspect::look(scene.env, "crm", seven)).value() == 7);
}

}  // namespace audienced::unit::inspect_look_test
