// What needs no service: settings, the pace of calls, and which ids were seen.
#include <catch2/catch.hpp>

#include "source/customer_insights/pace.hpp"
#include "source/customer_insights/seen.hpp"
#include "source/registry.hpp"

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

TEST_CASE("the pace never lets more calls into any minute than allowed", "[unit][source][insights]") {
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

TEST_CASE("ids are remembered, a hundred thousand of them", "[unit][source][insights]") {
    source::customer_insights::Seen seen;
    bool all_new = true, none_new = true;
    for (int i = 0; i < 100'000; ++i) all_new = seen.add(std::to_string(i)) && all_new;
    for (int i = 0; i < 100'000; ++i) none_new = !seen.add(std::to_string(i)) && none_new;
    CHECK(all_new);
    CHECK(none_new);
}
