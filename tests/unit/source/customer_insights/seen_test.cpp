#include "source/customer_insights/seen.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::source_customer_insights_seen_test {

using namespace audienced;

TEST_CASE("ids are remembered, a hundred thousand of them", "[unit][source][insights]") {
    source::customer_insights::Seen seen;
    bool all_new = true, none_new = true;
    for (int i = 0; i < 100'000; ++i) all_new = seen.add(std::to_string(i)) && all_new;
    for (int i = 0; i < 100'000; ++i) none_new = !seen.add(std::to_string(i)) && none_new;
    CHECK(all_new);
    CHECK(none_new);
}

}  // namespace audienced::unit::source_customer_insights_seen_test
