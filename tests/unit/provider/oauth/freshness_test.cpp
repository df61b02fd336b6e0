#include "provider/oauth/freshness.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_oauth_freshness_test {

using namespace audienced;
using namespace audienced::provider::oauth;
using namespace std::chrono_literals;

namespace {
const SysTime now = from_unix(1'772'359'200);
}  // namespace

TEST_CASE("a token is renewed five minutes ahead, or a tenth of a shorter life", "[unit][oauth]") {
    model::Credentials c;
    CHECK(is_fresh(c, now));  // does not expire
    c.refreshed_at = now;
    c.access_expires_at = now + 24h;
    CHECK(is_fresh(c, now + 24h - 5min - 1s));
    CHECK_FALSE(is_fresh(c, now + 24h - 5min));
    c.access_expires_at = now + 10s;
    CHECK(is_fresh(c, now + 8s));
    CHECK_FALSE(is_fresh(c, now + 9s));
}

TEST_CASE("the warning comes two weeks before an idle sign-in expires", "[unit][oauth]") {
    model::Credentials c;
    CHECK_FALSE(dies_at(c, 180));
    c.refreshed_at = now;
    CHECK_FALSE(dies_at(c, 180));  // nothing that could die
    c.refresh_token = Secret("r");
    CHECK_FALSE(dies_at(c, 0));
    const auto at = dies_at(c, 180);
    REQUIRE(at);
    CHECK(*at == now + 180 * 24h);
    CHECK_FALSE(is_dying(*at, now + 166 * 24h - 1s));
    CHECK(is_dying(*at, now + 166 * 24h));
}

}  // namespace audienced::unit::provider_oauth_freshness_test
