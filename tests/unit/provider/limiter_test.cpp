#include "provider/limiter.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "support/run_coro.hpp"

namespace audienced::unit::provider_limiter_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct Book final : QuotaLedger {
    std::map<std::pair<std::string, std::int64_t>, std::uint64_t> pages;
    std::uint64_t spent(const std::string& key, std::int64_t day) override { return pages[{key, day}]; }
    void spend(const std::string& key, std::int64_t day, std::uint64_t total) override {
        pages[{key, day}] = total;
    }
};

awaitable<void> take(Limiter& limiter, int name, std::vector<int>& order, std::vector<Permit>& kept) {
    auto permit = co_await limiter.acquire(true);
    order.push_back(permit ? name : -name);
    if (permit) kept.push_back(std::move(*permit));
}

auto rethrow = [](std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
};

}  // namespace

TEST_CASE("turns are given in the order in which they were asked for", "[unit][provider]") {
    asio::io_context io;
    FakeTime time;
    Limiters limiters(time, io.get_executor(), nullptr);
    auto limiter = limiters.get("key", {.at_once = 1});
    std::vector<int> order;
    std::vector<Permit> kept;
    for (int i = 1; i <= 4; ++i) asio::co_spawn(io, take(*limiter, i, order, kept), rethrow);
    io.poll();
    CHECK(order == std::vector{1});
    CHECK(limiter->view().in_flight == 1);
    CHECK(limiter->view().waiting == 3);
    for (int i = 0; i < 3; ++i) {
        kept.erase(kept.begin());
        io.restart();
        io.poll();
    }
    CHECK(order == std::vector{1, 2, 3, 4});
    CHECK(limiters.get("key", {}) == limiter);
    CHECK(limiters.all().size() == 1);
}

TEST_CASE("a waiter that is cancelled leaves the queue and blocks no other", "[unit][provider]") {
    asio::io_context io;
    FakeTime time;
    Limiters limiters(time, io.get_executor(), nullptr);
    auto limiter = limiters.get("key", {.at_once = 1});
    std::vector<int> order;
    std::vector<Permit> kept;
    asio::cancellation_signal stop_first, stop_middle;
    asio::co_spawn(io, take(*limiter, 1, order, kept), rethrow);
    asio::co_spawn(io, take(*limiter, 2, order, kept),
                   asio::bind_cancellation_slot(stop_first.slot(), rethrow));
    asio::co_spawn(io, take(*limiter, 3, order, kept),
                   asio::bind_cancellation_slot(stop_middle.slot(), rethrow));
    asio::co_spawn(io, take(*limiter, 4, order, kept), rethrow);
    io.poll();
    stop_middle.emit(asio::cancellation_type::terminal);
    stop_first.emit(asio::cancellation_type::terminal);
    io.restart();
    io.poll();
    CHECK(order == std::vector{1, -3, -2});
    CHECK(limiter->view().waiting == 1);
    kept.clear();
    io.restart();
    io.poll();
    CHECK(order == std::vector{1, -3, -2, 4});
    CHECK(limiter->view().in_flight == 1);
}

TEST_CASE("five calls at four a second: the fifth starts one second after the first answer",
          "[unit][provider]") {
    asio::io_context io;
    FakeTime time;
    Limiters limiters(time, io.get_executor(), nullptr);
    auto limiter = limiters.get("key", {.at_once = 4, .windows = {{4, 1s}}});
    time.advance(1s);  // the first second of a process counts as spent
    const SteadyTime begin = time.steady();
    for (int i = 0; i < 4; ++i) {
        auto permit = run_coro(io, time, limiter->acquire(true));
        REQUIRE(permit.has_value());
        time.advance(50ms);
    }
    CHECK(time.steady() == begin + 200ms);
    auto fifth = run_coro(io, time, limiter->acquire(true));
    REQUIRE(fifth.has_value());
    CHECK(time.steady() == begin + 1050ms);
}

TEST_CASE("the day's budget is kept in the ledger and read again after a restart", "[unit][provider]") {
    asio::io_context io;
    FakeTime time(from_unix(1'772'366'400));
    Book book;
    const RateRules rules{.at_once = 4, .per_day = 3};
    {
        Limiters limiters(time, io.get_executor(), &book);
        auto limiter = limiters.get("key", rules);
        for (int i = 0; i < 2; ++i) REQUIRE(run_coro(io, time, limiter->acquire(false)).has_value());
    }
    Limiters limiters(time, io.get_executor(), &book);
    auto limiter = limiters.get("key", rules);
    CHECK(limiter->view().spent_today == 2);
    REQUIRE(run_coro(io, time, limiter->acquire(false)).has_value());
    auto refused = run_coro(io, time, limiter->acquire(false));
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::quota);
    CHECK(refused.error().retry_at == from_unix(1'772'409'600));

    REQUIRE(run_coro(io, time, limiter->acquire(true)).has_value());  // waits for midnight
    CHECK(time.now() == from_unix(1'772'409'600));
    CHECK(limiter->view().spent_today == 1);

    limiter->quota_exhausted();
    CHECK(limiter->view().spent_today == 3);
    CHECK(run_coro(io, time, limiter->acquire(false)).error().code == Errc::quota);
    CHECK(book.pages.size() == 2);

    book.pages[{"ahead", utc_day_of(time.now())}] = 20;  // what is written down runs ahead of what was spent
    CHECK(limiters.get("ahead", rules)->view().spent_today == 3);
}

TEST_CASE("a call that may not wait for tomorrow fails at once, also behind one that may",
          "[unit][provider]") {
    asio::io_context io;
    FakeTime time(from_unix(1'772'366'400));
    Limiters limiters(time, io.get_executor(), nullptr);
    auto limiter = limiters.get("key", {.at_once = 1, .per_day = 3});
    std::vector<int> order;
    std::vector<Permit> kept;
    asio::co_spawn(io, take(*limiter, 1, order, kept), rethrow);
    io.poll();
    REQUIRE(kept.size() == 1);
    // These two stand behind the first one's call when its answer says that the day is spent.
    std::optional<Error> told;
    const auto ask = [&]() -> awaitable<void> {
        auto permit = co_await limiter->acquire(false);
        if (!permit) told = permit.error();
    };
    asio::co_spawn(io, take(*limiter, 2, order, kept), rethrow);
    asio::co_spawn(io, ask(), rethrow);
    io.restart();
    io.poll();
    CHECK_FALSE(told);
    limiter->quota_exhausted();
    kept.clear();
    io.restart();
    io.poll();
    REQUIRE(told);
    CHECK(told->code == Errc::quota);
    CHECK(told->retry_at == from_unix(1'772'409'600));
    CHECK(order == std::vector{1});
    run_until(
        io, [&] { return order.size() == 2; }, &time);
    CHECK(time.now() == from_unix(1'772'409'600));
}

TEST_CASE("a block holds every caller behind the key", "[unit][provider]") {
    asio::io_context io;
    FakeTime time;
    Limiters limiters(time, io.get_executor(), nullptr);
    auto limiter = limiters.get("key", {});
    const SysTime begin = time.now();
    limiter->block_until(begin + 90s);
    CHECK(limiter->view().blocked_until == begin + 90s);
    REQUIRE(run_coro(io, time, limiter->acquire(true)).has_value());
    CHECK(time.now() == begin + 90s);
    CHECK(!limiter->view().blocked_until);
}

TEST_CASE("the first second after a start counts as spent where calls are limited by time",
          "[unit][provider]") {
    asio::io_context io;
    FakeTime time;
    Limiters limiters(time, io.get_executor(), nullptr);
    const SteadyTime began = time.steady();
    REQUIRE(run_coro(io, time, limiters.get("by number", {.at_once = 8})->acquire(true)).has_value());
    CHECK(time.steady() == began);
    auto by_time = limiters.get("by time", {.at_once = 8, .windows = {{4, 1s}}});
    CHECK(!by_time->view().blocked_until);
    time.advance(300ms);
    REQUIRE(run_coro(io, time, by_time->acquire(true)).has_value());
    CHECK(time.steady() - began == 1s);
    // Later ones begin in a second that is known.
    auto later = limiters.get("later", {.at_once = 8, .windows = {{4, 1s}}});
    REQUIRE(run_coro(io, time, later->acquire(true)).has_value());
    CHECK(time.steady() - began == 1s);
}

}  // namespace audienced::unit::provider_limiter_test
