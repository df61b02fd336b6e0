#include "base/random.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace audienced::unit::base_random_test {

using namespace audienced;

TEST_CASE("random numbers lie in [0, 1) and do not repeat", "[unit][base]") {
    struct Highest final : Random {
        void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), 0xFF); }
    } highest;
    CHECK(highest.unit() < 1.0);
    CHECK(system_random().unit() != system_random().unit());
}

}  // namespace audienced::unit::base_random_test
