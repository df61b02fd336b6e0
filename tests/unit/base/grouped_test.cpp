#include "base/grouped.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::base_grouped_test {

using namespace audienced;

TEST_CASE("thousands are set apart", "[unit][base]") {
    const std::pair<std::uint64_t, const char*> cases[]{
        {0, "0"},
        {999, "999"},
        {1000, "1,000"},
        {123456, "123,456"},
        {1234567, "1,234,567"},
        {18446744073709551615ull, "18,446,744,073,709,551,615"}};
    for (const auto& [number, text] : cases) CHECK(grouped(number) == text);
}

}  // namespace audienced::unit::base_grouped_test
