#include "base/clock.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::base_clock_test {

using namespace audienced;
using namespace std::chrono_literals;

TEST_CASE("an instant is printed in UTC with whole seconds", "[unit][base]") {
    auto [unix_time, text] =
        GENERATE(table<std::int64_t, std::string>({{0, "1970-01-01T00:00:00Z"},
                                                   {-1, "1969-12-31T23:59:59Z"},
                                                   {951782400, "2000-02-29T00:00:00Z"},
                                                   {2147483648, "2038-01-19T03:14:08Z"},
                                                   {1772359200, "2026-03-01T10:00:00Z"}}));
    CHECK(to_iso8601(from_unix(unix_time)) == text);
    CHECK(to_unix(from_unix(unix_time)) == unix_time);
    CHECK(to_unix(from_unix(unix_time) + 999ms) == unix_time);
}

}  // namespace audienced::unit::base_clock_test
