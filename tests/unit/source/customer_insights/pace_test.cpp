#include "source/customer_insights/pace.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::source_customer_insights_pace_test {

using namespace audienced;

TEST_CASE("no minute has more calls than allowed", "[unit][source][insights]") {
    using namespace std::chrono_literals;
    source::customer_insights::Pace pace(3);
    const SteadyTime t0{1h};
    CHECK(pace.admit(t0) == t0);
    CHECK(pace.admit(t0 + 10s) == t0 + 10s);
    CHECK(pace.admit(t0 + 20s) == t0 + 20s);
    CHECK(pace.admit(t0 + 20s) == t0 + 60s);
    CHECK(pace.admit(t0 + 60s) == t0 + 70s);
    CHECK(pace.admit(t0 + 200s) == t0 + 200s);
}

}  // namespace audienced::unit::source_customer_insights_pace_test
