#include "run/turns.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "support/run_coro.hpp"

namespace audienced::unit::run_turns_test {

using namespace audienced;
using namespace audienced::test;
using model::DestinationKey;

TEST_CASE("turns at a destination are given in the order in which they were asked for", "[unit][run]") {
    boost::asio::io_context io;
    run::Turns turns(io.get_executor());
    const DestinationKey shop("shop/list"), other("shop/other");
    CHECK(turns.is_free(shop));
    auto first = run_coro(io, turns.take(shop));
    REQUIRE(first);
    CHECK_FALSE(turns.is_free(shop));
    CHECK(turns.is_free(other));
    CHECK(run_coro(io, turns.take(other)));

    std::vector<int> order;
    std::vector<run::Turns::Turn> kept;
    const auto wait = [&](int who) -> awaitable<void> {
        auto turn = co_await turns.take(shop);
        REQUIRE(turn);
        order.push_back(who);
        kept.push_back(std::move(*turn));
    };
    for (const int who : {2, 3}) boost::asio::co_spawn(io, wait(who), [](std::exception_ptr) {});
    io.restart();
    io.poll();
    CHECK(order.empty());
    first->give_back();
    first->give_back();  // a second time changes nothing
    io.restart();
    io.poll();
    CHECK(order == std::vector{2});
    kept.clear();
    io.restart();
    io.poll();
    CHECK(order == std::vector{2, 3});
    CHECK(kept[0].number() == 3);
}

TEST_CASE("a run that waits for its turn hears which one it waits for, each time that changes",
          "[unit][run]") {
    boost::asio::io_context io;
    run::Turns turns(io.get_executor());
    const DestinationKey shop("shop/list");
    std::vector<std::string> heard;
    const auto listen = [&](const std::string& name) { heard.push_back(name); };
    auto first = run_coro(io, turns.take(shop, "run 1", listen));
    REQUIRE(first);
    CHECK(heard.empty());
    std::vector<run::Turns::Turn> kept;
    const auto wait = [&](std::string name, run::Turns::WaitsFor says) -> awaitable<void> {
        auto turn = co_await turns.take(shop, std::move(name), std::move(says));
        REQUIRE(turn);
        kept.push_back(std::move(*turn));
    };
    boost::asio::co_spawn(io, wait("run 2", {}), [](std::exception_ptr) {});
    boost::asio::co_spawn(io, wait("run 3", listen), [](std::exception_ptr) {});
    io.restart();
    io.poll();
    first->give_back();
    io.restart();
    io.poll();
    kept.clear();
    io.restart();
    io.poll();
    CHECK(heard == std::vector<std::string>{"run 1", "run 2", ""});
}

TEST_CASE("two turns of one run that follow each other have following numbers", "[unit][run]") {
    boost::asio::io_context io;
    run::Turns turns(io.get_executor());
    const DestinationKey shop("shop/list");
    auto turn = run_coro(io, turns.take(shop));
    REQUIRE(turn);
    const auto before = turn->number();
    turn->give_back();
    auto next = run_coro(io, turns.take(shop));
    REQUIRE(next);
    CHECK(next->number() == before + 1);
}

TEST_CASE("a run that is cut off while it waits for its turn leaves the line", "[unit][run]") {
    boost::asio::io_context io;
    run::Turns turns(io.get_executor());
    const DestinationKey shop("shop/list");
    auto first = run_coro(io, turns.take(shop));
    REQUIRE(first);
    boost::asio::cancellation_signal cut;
    const auto wait = [&]() -> awaitable<void> { (void)co_await turns.take(shop); };
    boost::asio::co_spawn(io, wait(),
                          boost::asio::bind_cancellation_slot(cut.slot(), [](std::exception_ptr) {}));
    io.restart();
    io.poll();
    cut.emit(boost::asio::cancellation_type::all);
    io.restart();
    io.poll();
    first->give_back();
    CHECK(turns.is_free(shop));
    CHECK(run_coro(io, turns.take(shop)));
}

}  // namespace audienced::unit::run_turns_test
