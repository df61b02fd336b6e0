#include "run/estimate.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_estimate_test {

using namespace audienced;
using namespace std::chrono_literals;

namespace {

const SteadyTime start = SteadyTime{} + 1h;

/// `batches` of `members` each, one every `apart`; gives the instant of the last one.
SteadyTime deliver(run::Estimate& e, int batches, std::uint64_t members, std::chrono::seconds apart) {
    e.begin(start, 0);
    for (int i = 1; i <= batches; ++i) e.settled(start + i * apart, static_cast<std::uint64_t>(i) * members);
    return start + batches * apart;
}

}  // namespace

TEST_CASE("a steady pace gives the rate and the time that the rest takes", "[unit][run]") {
    run::Estimate e;
    const SteadyTime now = deliver(e, 10, 500, 2s);
    CHECK(e.rate(now) == Approx(250));
    CHECK(e.left(now, 10'000) == 20s);
}

TEST_CASE("nothing is estimated before two batches are settled, nor once all are", "[unit][run]") {
    run::Estimate e;
    CHECK_FALSE(e.left(start, 1000));
    CHECK(e.rate(start) == 0);
    const SteadyTime now = deliver(e, 1, 500, 2s);
    CHECK_FALSE(e.left(now, 1000));
    CHECK_FALSE(e.left(deliver(e, 2, 500, 2s), 1000));
    CHECK(e.left(now + 2s, 1500));
}

// "1 s left" stood for two minutes, while the last job was waited for.
TEST_CASE("an estimate ends when nothing is settled for longer than the pace explains", "[unit][run]") {
    run::Estimate e;
    const SteadyTime now = deliver(e, 20, 500, 1s);
    CHECK(e.left(now, 10'500) == 1s);
    CHECK(e.left(now + 4s, 10'500).has_value());
    CHECK_FALSE(e.left(now + 6s, 10'500));
    CHECK_FALSE(e.left(now + 2min, 10'500));
    CHECK(e.rate(now + 2min) < e.rate(now) / 5);
}

TEST_CASE("batches that take a minute each are an even pace", "[unit][run]") {
    run::Estimate e;
    const SteadyTime now = deliver(e, 4, 30'000, 60s);
    CHECK(e.left(now, 180'000) == 120s);
    CHECK(e.left(now + 50s, 180'000).has_value());
    CHECK_FALSE(e.left(now + 121s, 180'000));
}

TEST_CASE("only the last while counts", "[unit][run]") {
    run::Estimate e;
    SteadyTime now = deliver(e, 60, 1000, 1s);  // 1,000 a second
    for (std::uint64_t i = 1; i <= 40; ++i) e.settled(now += 1s, 60'000 + i * 100);
    CHECK(e.rate(now) == Approx(100));
}

}  // namespace audienced::unit::run_estimate_test
