#include "provider/rate_limit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace audienced::unit::provider_rate_limit_test {

using namespace audienced;
using namespace audienced::provider;
using namespace std::chrono_literals;
using Kind = Turn::Kind;

namespace {

const SysTime noon = from_unix(1'772'366'400);  // 2026-03-01T12:00:00Z
const SteadyTime t0{1000h};

RateState with_answers(unsigned in_flight, std::vector<std::chrono::milliseconds> ages) {
    RateState s;
    s.in_flight = in_flight;
    for (auto age : ages) s.answered.push_back(t0 - age);
    return s;
}

}  // namespace

TEST_CASE("no more calls are under way than the rules allow", "[unit][provider]") {
    const RateRules rules{.at_once = 2};
    RateState s;
    CHECK(next_turn(rules, s, noon, t0).kind == Kind::now);
    started(rules, s, noon);
    CHECK(next_turn(rules, s, noon, t0).kind == Kind::now);
    started(rules, s, noon);
    CHECK(next_turn(rules, s, noon, t0).kind == Kind::when_released);
    answered(rules, s, t0);
    CHECK(next_turn(rules, s, noon, t0).kind == Kind::now);
}

TEST_CASE("a call counts against the second until one second after its answer", "[unit][provider]") {
    const RateRules rules{.at_once = 10, .windows = {{4, 1s}}};
    struct Row {
        unsigned in_flight;
        std::vector<std::chrono::milliseconds> ages;  // of the last answers, oldest first
        Kind kind;
        std::chrono::milliseconds wait;
    };
    const Row rows[] = {
        {0, {}, Kind::now, 0ms},
        {3, {}, Kind::now, 0ms},
        {4, {}, Kind::when_released, 0ms},
        {0, {900ms, 700ms, 500ms}, Kind::now, 0ms},
        {0, {900ms, 700ms, 500ms, 300ms}, Kind::at, 100ms},
        {0, {1000ms, 700ms, 500ms, 300ms}, Kind::now, 0ms},  // exactly one second old counts no more
        {1, {900ms, 700ms, 500ms, 300ms}, Kind::at, 300ms},  // two must age
        {2, {900ms, 200ms}, Kind::at, 100ms},
        {4, {900ms}, Kind::when_released, 0ms},
        {3, {2s, 2s, 2s, 999ms}, Kind::at, 1ms},
    };
    for (const Row& row : rows) {
        const Turn turn = next_turn(rules, with_answers(row.in_flight, row.ages), noon, t0);
        CAPTURE(row.in_flight, row.ages.size());
        CHECK(turn.kind == row.kind);
        if (row.kind == Kind::at) CHECK(turn.at == t0 + row.wait);
    }
}

TEST_CASE("no window of one second on the server's clock holds more starts than the rule",
          "[unit][provider]") {
    // The server sees a call anywhere between its start and its answer. Worst case: the first calls are seen
    // at their answers, the later ones at their starts.
    const RateRules rules{.at_once = 100, .windows = {{4, 1s}}};
    RateState s;
    SteadyTime t = t0;
    std::vector<std::pair<SteadyTime, SteadyTime>> calls;  // start, answer
    std::vector<SteadyTime> open;
    std::uint64_t seed = 42;
    for (int i = 0; i < 2000; ++i) {
        std::erase_if(open, [&](SteadyTime end) {
            if (end > t) return false;
            answered(rules, s, end);
            return true;
        });
        const Turn turn = next_turn(rules, s, noon, t);
        if (turn.kind == Kind::now) {
            started(rules, s, noon);
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const auto end = t + std::chrono::milliseconds(1 + (seed >> 33) % 1500);
            calls.emplace_back(t, end);
            open.push_back(end);
        }
        t += 7ms;
    }
    REQUIRE(calls.size() > 20);
    for (const auto& [first_start, first_end] : calls) {
        // Every call whose interval can be placed into [first_end, first_end + 1 s) together with this one.
        std::size_t together = 0;
        for (const auto& [start, end] : calls)
            if (start < first_end + 1s && end >= first_end) ++together;
        CHECK(together <= rules.windows[0].calls);
    }
}

TEST_CASE("every window holds, and the longest wait of them counts", "[unit][provider]") {
    const RateRules rules{.at_once = 100, .windows = {{3, 1s}, {5, 10s}, {8, 60s}}};
    struct Row {
        unsigned in_flight;
        std::vector<std::chrono::milliseconds> ages;
        Kind kind;
        std::chrono::milliseconds wait;
    };
    const Row rows[] = {
        {0, {}, Kind::now, 0ms},
        {3, {}, Kind::when_released, 0ms},
        {0, {900ms, 800ms, 700ms}, Kind::at, 100ms},                      // the second
        {0, {9s, 8s, 7s, 6s, 5s}, Kind::at, 1s},                          // the ten seconds
        {1, {9s, 8s, 7s, 6s, 5s}, Kind::at, 2s},                          // with one under way
        {0, {55s, 50s, 45s, 40s, 35s, 30s, 25s, 20s}, Kind::at, 5s},      // the minute
        {0, {59s, 40s, 30s, 9s, 8s, 900ms, 800ms, 700ms}, Kind::at, 1s},  // minute and ten seconds: 1 s both
        {0,
         {30s, 29s, 28s, 9500ms, 9400ms, 900ms, 800ms, 700ms},
         Kind::at,
         30s},  // the minute is the longest
        {0, {61s, 60s, 30s, 29s, 28s, 10s, 9s, 1s}, Kind::now, 0ms},
        {5, {9s}, Kind::when_released, 0ms},
    };
    for (const Row& row : rows) {
        const Turn turn = next_turn(rules, with_answers(row.in_flight, row.ages), noon, t0);
        CAPTURE(row.in_flight, row.ages.size(), row.wait.count());
        CHECK(turn.kind == row.kind);
        if (row.kind == Kind::at) CHECK(turn.at == t0 + row.wait);
    }
}

TEST_CASE("no stretch of any window's length on the server's clock holds more than that window allows",
          "[unit][provider]") {
    const RateRules rules{.at_once = 100, .windows = {{4, 1s}, {15, 10s}, {50, 60s}}};
    RateState s;
    SteadyTime t = t0;
    std::vector<std::pair<SteadyTime, SteadyTime>> calls;  // start, answer
    std::vector<SteadyTime> open;
    std::uint64_t seed = 7;
    while (t < t0 + 300s) {
        std::sort(open.begin(), open.end());
        std::erase_if(open, [&](SteadyTime end) {
            if (end > t) return false;
            answered(rules, s, end);
            return true;
        });
        if (next_turn(rules, s, noon, t).kind == Kind::now) {
            started(rules, s, noon);
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            calls.emplace_back(t, t + std::chrono::milliseconds(1 + (seed >> 33) % 1500));
            open.push_back(calls.back().second);
        }
        t += 7ms;
    }
    CHECK(calls.size() > 150);  // and it does not stand still either: 50 a minute less what answers take
    CHECK(s.answered.size() <= 50);
    for (const RateWindow& window : rules.windows)
        for (const auto& [first_start, first_end] : calls) {
            std::size_t together = 0;
            for (const auto& [start, end] : calls)
                if (start < first_end + window.length && end >= first_end) ++together;
            CHECK(together <= window.calls);
        }
}

TEST_CASE("the day's budget ends at midnight UTC", "[unit][provider]") {
    const RateRules rules{.at_once = 4, .per_day = 2};
    RateState s;
    started(rules, s, noon);
    started(rules, s, noon);
    const Turn spent = next_turn(rules, s, noon, t0);
    CHECK(spent.kind == Kind::tomorrow);
    CHECK(to_iso8601(spent.tomorrow) == "2026-03-02T00:00:00Z");
    CHECK(next_turn(rules, s, noon + 12h - 1s, t0).kind == Kind::tomorrow);
    CHECK(next_turn(rules, s, noon + 12h, t0).kind == Kind::now);
    started(rules, s, noon + 12h);
    CHECK(s.spent_today == 1);
    CHECK(s.in_flight == 3);
}

TEST_CASE("a block holds on the steady clock, and a shorter one does not end it", "[unit][provider]") {
    const RateRules rules{};
    RateState s;
    block(s, noon + 60s, noon, t0);
    block(s, noon + 10s, noon, t0);
    block(s, noon - 10s, noon, t0);
    CHECK(next_turn(rules, s, noon, t0).kind == Kind::at);
    CHECK(next_turn(rules, s, noon, t0).at == t0 + 60s);
    CHECK(next_turn(rules, s, noon - 24h, t0 + 60s).kind == Kind::now);  // the wall clock was set back
    CHECK(next_turn(rules, s, noon + 24h, t0 + 59s).kind == Kind::at);   // or forward
}

TEST_CASE("days are counted from 1970, before it too", "[unit][provider]") {
    CHECK(utc_day_of(from_unix(0)) == 0);
    CHECK(utc_day_of(from_unix(86'399)) == 0);
    CHECK(utc_day_of(from_unix(86'400)) == 1);
    CHECK(utc_day_of(from_unix(-1)) == -1);
}

}  // namespace audienced::unit::provider_rate_limit_test
