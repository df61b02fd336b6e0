#include "http/beast/resolve.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "aio/task_group.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::http_beast_resolve_test {

using namespace audienced;
using namespace audienced::http;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {
const Addresses one{asio::ip::make_address("192.0.2.1")};
const Addresses two{asio::ip::make_address("192.0.2.2")};

std::string shown(const result<Addresses>& answer) {
    return answer ? answer->front().to_string() : to_string(answer.error().code);
}

awaitable<void> resolve_into(Resolver& resolver, Deadline deadline, std::vector<result<Addresses>>& out) {
    auto answer = co_await resolver.resolve("api.test", deadline);
    out.push_back(std::move(answer));
}

// A name service that the test answers by hand.
struct Fixture {
    asio::io_context io{1};
    test::FakeTime time;
    std::atomic<int> asked{0};
    std::function<result<Addresses>()> answer = [] { return one; };
    Resolver resolver{io.get_executor(), time, [this](const std::string&) -> result<Addresses> {
                          ++asked;
                          return answer();
                      }};
    result<Addresses> resolve(std::string host = "api.test") {
        return test::run_coro(io, resolver.resolve(std::move(host), time.steady() + 5s));
    }
};
}  // namespace

TEST_CASE("an address resolves to itself without asking", "[unit][http]") {
    Fixture f;
    CHECK(shown(f.resolve("192.0.2.7")) == "192.0.2.7");
    CHECK(shown(f.resolve("2001:db8::1")) == "2001:db8::1");
    CHECK(f.asked == 0);
}

TEST_CASE("an answer is kept for a minute", "[unit][http]") {
    Fixture f;
    CHECK(shown(f.resolve()) == "192.0.2.1");
    f.answer = [] { return two; };
    f.time.advance(59s);
    CHECK(shown(f.resolve()) == "192.0.2.1");
    f.time.advance(1s);
    CHECK(shown(f.resolve()) == "192.0.2.2");
    CHECK(f.asked == 2);
}

TEST_CASE("the last good answer serves for a day when the name service fails", "[unit][http]") {
    Fixture f;
    CHECK(shown(f.resolve()) == "192.0.2.1");
    f.answer = [] { return retryable(Errc::network, "no name service"); };
    f.time.advance(23h);
    CHECK(shown(f.resolve()) == "192.0.2.1");
    f.time.advance(1h);
    const auto late = f.resolve();
    REQUIRE(late.has_error());
    CHECK(late.error().code == Errc::network);
    f.answer = [] { return two; };
    CHECK(shown(f.resolve()) == "192.0.2.2");  // a failure is not kept
}

TEST_CASE("many who ask for one name share one lookup", "[unit][http]") {
    Fixture f;
    std::promise<void> release;
    auto released = release.get_future().share();
    f.answer = [released] {
        released.wait();
        return one;
    };
    aio::TaskGroup tasks(f.io.get_executor());
    std::vector<result<Addresses>> out;
    for (int i = 0; i < 5; ++i) tasks.spawn("ask", resolve_into(f.resolver, f.time.steady() + 5s, out));
    f.io.poll();
    release.set_value();
    test::run_until(f.io, [&] { return tasks.empty(); });
    CHECK(out.size() == 5);
    CHECK(shown(out.back()) == "192.0.2.1");
    CHECK(f.asked == 1);
}

TEST_CASE("a wait for a name service that hangs ends at the deadline or by cancelling, and blocks no other",
          "[unit][http]") {
    // Shared, since the lookup outlives the resolver here.
    auto release = std::make_shared<std::promise<void>>();
    auto ended = std::make_shared<std::promise<void>>();
    auto look_up = [released = release->get_future().share(),
                    ended](const std::string&) -> result<Addresses> {
        released.wait();
        ended->set_value();
        return one;
    };
    {
        asio::io_context io(1);
        test::FakeTime time;
        Resolver resolver(io.get_executor(), time, look_up);
        aio::TaskGroup tasks(io.get_executor());
        std::vector<result<Addresses>> out;
        tasks.spawn("ask", resolve_into(resolver, time.steady() + 5s, out));
        io.poll();
        time.advance(5s);
        test::run_until(io, [&] { return tasks.empty(); });
        REQUIRE(out.size() == 1);
        CHECK(shown(out[0]) == "timeout");

        tasks.spawn("ask", resolve_into(resolver, time.steady() + 5s, out));
        io.restart();
        io.poll();
        tasks.cancel();
        test::run_until(io, [&] { return tasks.empty(); });
        REQUIRE(out.size() == 2);
        CHECK(shown(out[1]) == "cancelled");
        io.restart();
        io.run();  // the hanging thread is no work of the io_context
    }
    release->set_value();
    ended->get_future().wait();
}

TEST_CASE("the machine's own names resolve, and a name that cannot exist does not", "[unit][http]") {
    for (const char* name : {"localhost", "LocalHost.", "audience.localhost"}) {
        INFO(name);
        const auto local = system_look_up(name);
        REQUIRE(local.has_value());
        CHECK(local->front().is_loopback());
    }
    CHECK(system_look_up("127.0.0.1")->front().is_loopback());
    CHECK(system_look_up("notlocalhost.invalid").has_error());
    const auto bad = system_look_up("..");
    REQUIRE(bad.has_error());
    CHECK(bad.error().code == Errc::network);
}

}  // namespace audienced::unit::http_beast_resolve_test
