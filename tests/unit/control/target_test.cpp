#include "control/target.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::control_target_test {

using namespace audienced;
using namespace audienced::control;

TEST_CASE("a target is split and decoded, a broken one is refused", "[unit][control]") {
    const auto target = parse_target("/v1/runs?export=a%2Fb&limit=3&detach");
    REQUIRE(target.has_value());
    CHECK(target->path == "/v1/runs");
    CHECK(target->query.at("export") == "a/b");
    CHECK(target->query.at("limit") == "3");
    CHECK(target->query.count("detach") == 1);
    for (const char* bad : {"", "v1", "http://x/v1/status", "/v1/%", "/v1/%4", "/v1/%zz", "/v1/%00",
                            "/v1/a%0d%0ab", "/?a=1&a=2"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_target(bad).has_value());
    }
    const std::string odd = "a b/\xc3\xa9?&=%";
    CHECK(parse_target("/" + percent_encode(odd))->path == "/" + odd);
}

}  // namespace audienced::unit::control_target_test
