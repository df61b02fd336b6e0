#include "retry/backoff.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace audienced::unit::retry_backoff_test {

using namespace audienced;
using std::chrono::milliseconds;

namespace {
struct Constant final : Random {
    explicit Constant(std::uint8_t byte) : byte_(byte) {}
    void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), byte_); }
    std::uint8_t byte_;
};
}  // namespace

TEST_CASE("backoff doubles from one second and stays under five minutes", "[unit][retry]") {
    auto [attempt, full] = GENERATE(table<unsigned, int>({{0, 1000},
                                                          {1, 1000},
                                                          {2, 2000},
                                                          {3, 4000},
                                                          {9, 256'000},
                                                          {10, 300'000},
                                                          {11, 300'000},
                                                          {4'000'000'000u, 300'000}}));
    Constant lowest(0), highest(0xFF);
    CHECK(retry::backoff(attempt, lowest) == milliseconds{full / 2});
    CHECK(retry::backoff(attempt, highest) <= milliseconds{full});
    CHECK(retry::backoff(attempt, highest) >= milliseconds{full - 1});
}

TEST_CASE("backoff spreads runs that failed together", "[unit][retry]") {
    milliseconds least = milliseconds::max(), most = milliseconds::min();
    for (int i = 0; i < 200; ++i) {
        const auto wait = retry::backoff(4, system_random());
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    CHECK(least >= milliseconds{4000});
    CHECK(most < milliseconds{8000});
    CHECK(most - least > milliseconds{1000});
}

}  // namespace audienced::unit::retry_backoff_test
