#include <catch2/catch.hpp>

#include "source/registry.hpp"

namespace audienced::unit::source_customer_insights_kind_test {

using namespace audienced;

TEST_CASE("customer insights settings that do not hold are refused", "[unit][source][insights]") {
    const source::Kind* kind = source::find_kind("customer-insights");
    REQUIRE(kind);
    model::Source s{
        "crm", "customer-insights", {{"customer-insights", "i"}, {"tenant", "t"}, {"client-id", "c"}}, {}};
    CHECK(kind->validate(s, nullptr).has_value());
    const auto bad = GENERATE(table<const char*, const char*>({{"customer-insights", "../x"},
                                                               {"customer-insights", ".."},
                                                               {"tenant", "a/b"},
                                                               {"tenant", ""},
                                                               {"client-id", ""},
                                                               {"api-base", "http://x"},
                                                               {"login-base", "ftp://x"},
                                                               {"page-size", "0"},
                                                               {"proxy", "yes"},
                                                               {"count-tolerance", "101"},
                                                               {"what", "ever"}}));
    s.settings[std::get<0>(bad)] = std::get<1>(bad);
    auto r = kind->validate(s, nullptr);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::usage);
}

}  // namespace audienced::unit::source_customer_insights_kind_test
