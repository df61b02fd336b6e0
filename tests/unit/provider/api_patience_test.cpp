// How long a call that fails is tried again, and what ends it earlier.
#include <catch2/catch.hpp>

#include "api_bench.hpp"

namespace audienced::unit::provider_api_patience_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {

awaitable<void> keep(awaitable<result<Answer>> task, std::optional<result<Answer>>& ended) {
    ended.emplace(co_await std::move(task));
}

}  // namespace

TEST_CASE("trouble is waited out for a quarter of an hour since its first failure", "[unit][provider]") {
    auto [what, answer, code] = GENERATE(table<const char*, result<http::Response>, Errc>(
        {{"network", lost(), Errc::network},
         {"no answer", retryable(Errc::timeout, "t"), Errc::timeout},
         {"5xx", reply(503), Errc::network},
         {"no JSON", retryable(Errc::bad_answer, "html"), Errc::bad_answer},
         {"429", reply(429), Errc::rate_limited}}));
    INFO(what);
    ApiBench bench(for_ever(answer));
    const SysTime begin = bench.time.now();
    auto given = bench.call();
    REQUIRE(!given);
    CHECK(given.error().code == code);
    CHECK(given.error().safe_to_retry);
    CHECK(given.error().message.find("attempts in 15 min)") != std::string::npos);
    CHECK(bench.time.now() - begin == 15min);
    CHECK(bench.http.asked.size() > 15);
    CHECK(bench.diary.lines.size() == bench.http.asked.size() - 1);
    CHECK(bench.limiter->view().in_flight == 0);
}

TEST_CASE("a call that answers a person gives up after twenty seconds", "[unit][provider]") {
    ApiBench bench(for_ever(reply(503)));
    bench.patience = retry::patience_of_people;
    const SysTime begin = bench.time.now();
    REQUIRE(!bench.call());
    CHECK(bench.time.now() - begin == 20s);

    ApiBench slow(for_ever(reply(503, "", {{"Retry-After", "3600"}})));
    slow.patience = retry::patience_of_people;
    const SysTime asked = slow.time.now();
    auto told = slow.call();
    REQUIRE(!told);
    CHECK(slow.time.now() == asked);
    CHECK(told.error().retry_at == asked + 1h);
}

TEST_CASE("limited attempts count only what may have been executed", "[unit][provider]") {
    Call call;
    call.writes = true;
    call.attempts = 1;
    ApiBench answered(for_ever(reply(503)));
    REQUIRE(!answered.call(call));
    CHECK(answered.http.asked.size() == 1);

    Error unknown = lost();
    unknown.safe_to_retry = false;
    ApiBench cut(for_ever(unknown));
    REQUIRE(!cut.call(call));
    CHECK(cut.http.asked.size() == 1);

    // Not a byte of it was sent: its effect cannot be there.
    ApiBench away(outage(7, reply(200)));
    auto given = away.call(call);
    REQUIRE(given.has_value());
    CHECK(!given->resent);
    CHECK(away.http.asked.size() == 8);
}

TEST_CASE("a login service that is away is waited out like the provider", "[unit][provider]") {
    ApiBench before({reply(200)});
    before.keys.away = 10;
    Call call;
    call.writes = true;
    call.attempts = 1;
    auto given = before.call(call);
    REQUIRE(given.has_value());
    CHECK(!given->resent);
    CHECK(before.traffic.requests == 1);
    CHECK(before.diary.lines.size() == 10);

    ApiBench renewal({reply(401), reply(200)});
    renewal.keys.away = -1;
    renewal.http = ScriptedHttp([&](const http::Request& r) -> result<http::Response> {
        for (const auto& [name, value] : r.headers)
            if (name == "Authorization" && value == "Bearer v2") return reply(200);
        if (renewal.keys.asked_again == 0) renewal.keys.away = 1;
        return reply(401);
    });
    REQUIRE(renewal.call().has_value());
    CHECK(renewal.keys.asked_again == 2);

    ApiBench for_good(for_ever(reply(200)));
    for_good.keys.away = 1000;
    const SysTime begin = for_good.time.now();
    REQUIRE(!for_good.call());
    CHECK(for_good.time.now() - begin == 15min);
    CHECK(for_good.traffic.requests == 0);
}

TEST_CASE("a stop ends the wait for another attempt, and begins none", "[unit][provider]") {
    ApiBench waiting(for_ever(lost()));
    aio::TaskGroup group(waiting.io.get_executor());
    std::optional<result<Answer>> ended;
    group.spawn("call", keep(waiting.begin(), ended));
    run_until(
        waiting.io, [&] { return waiting.diary.lines.size() == 8; }, &waiting.time);
    waiting.io.restart();
    waiting.io.poll();  // into the wait
    const SysTime stopped = waiting.time.now();
    group.cancel();
    run_until(waiting.io, [&] { return group.empty(); });
    REQUIRE(ended);
    REQUIRE(ended->has_error());
    CHECK(ended->error().code == Errc::cancelled);
    CHECK(waiting.time.now() == stopped);

    ApiBench stopping(for_ever(lost()));
    stopping.diary.stopping = true;
    auto given = stopping.call();
    REQUIRE(!given);
    CHECK(given.error().code == Errc::cancelled);
    CHECK(stopping.http.asked.size() == 1);
    CHECK(stopping.diary.lines.empty());
}

}  // namespace audienced::unit::provider_api_patience_test
