#include "run/delivery/opt_out_refresh.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_delivery_opt_out_refresh_test {

using namespace audienced;
using namespace std::chrono_literals;

namespace {

constexpr SteadyTime start{1000h};

struct Case {
    const char* when;
    std::vector<std::pair<std::chrono::minutes, std::uint64_t>> sent;  // since the start
    std::chrono::minutes looked, now;
    bool worth;
};

}  // namespace

TEST_CASE("a run refreshes opt-outs after it has sent something, unless it would mostly read its own changes",
          "[unit][run]") {
    const auto c = GENERATE(values<Case>({
        {"nothing was sent", {}, 0min, 1min, false},
        {"nothing was sent, but the plan took long", {}, 0min, 10min, true},
        {"a batch was sent since", {{1min, 39'999}}, 0min, 1min, true},
        {"at the same moment as the look", {{1min, 39'999}}, 1min, 1min, true},
        {"two batches", {{1min, 39'999}, {2min, 39'999}}, 0min, 3min, true},
        {"too many to read again", {{1min, 39'999}, {2min, 39'999}, {3min, 39'999}}, 0min, 4min, false},
        {"too many, but the look lies far back",
         {{1min, 39'999}, {2min, 39'999}, {3min, 39'999}},
         0min,
         10min,
         true},
        {"what was sent before the look", {{1min, 10}}, 2min, 3min, false},
        {"small ones after another", {{1min, 1'400}, {2min, 1'400}, {3min, 1'400}}, 2min, 3min, true},
        {"too many small ones for a look before each", {{1min, 5'600}, {2min, 1'400}}, 2min, 3min, false},
        {"a third of them is fresh again", {{1min, 5'600}, {2min, 2'800}}, 2min, 3min, true},
        {"what a provider reads once more counts", {{1min, 90'000}, {7min, 20'000}}, 5min, 8min, false},
        {"and what lies before that does not", {{1min, 90'000}, {7min, 20'000}}, 6min, 8min, true},
    }));
    INFO(c.when);
    std::deque<run::SentMembers> sent;
    for (const auto& [at, members] : c.sent) sent.push_back({start + at, members});
    CHECK(run::is_refresh_due(sent, start + c.looked, start + c.now) == c.worth);
}

}  // namespace audienced::unit::run_delivery_opt_out_refresh_test
