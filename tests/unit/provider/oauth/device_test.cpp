#include "provider/oauth/device.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"
#include "unit/provider/scripted_http.hpp"

namespace audienced::unit::provider_oauth_device_test {

using namespace audienced;
using namespace audienced::provider::oauth;
using namespace std::chrono_literals;
using audienced::test::reply;

TEST_CASE("a device offer is read with the fallbacks of RFC 8628, and must point to https", "[unit][oauth]") {
    const auto offer = read_device_offer(
        reply(200, R"({"device_code":"d","user_code":"KQZM","verification_uri":"https://x.example/activate",
        "verification_uri_complete":"https://x.example/activate?user_code=KQZM","expires_in":900,"interval":7})"));
    REQUIRE(offer);
    CHECK(offer->user_code == "KQZM");
    CHECK(offer->expires_in == 900s);
    CHECK(offer->interval == 7s);
    const auto bare = read_device_offer(
        reply(200, R"({"device_code":"d","user_code":"K","verification_uri":"https://x.example/"})"));
    REQUIRE(bare);
    CHECK(bare->expires_in == 600s);
    CHECK(bare->interval == 5s);
    CHECK(read_device_offer(
              reply(200, R"({"device_code":"d","user_code":"K","verification_uri":"http://x.example/"})"))
              .error()
              .code == Errc::bad_answer);
    CHECK(read_device_offer(reply(200, "<html>")).error().safe_to_retry);
    CHECK(read_device_offer(reply(400, R"({"error":"unauthorized_client"})")).error().code == Errc::auth);
}

TEST_CASE(
    "slow_down lengthens the polling interval permanently, and polling ends with the service's final answer",
    "[unit][oauth]") {
    using Kind = DeviceStep::Kind;
    const auto after = [](unsigned status, const char* body) {
        return after_poll(read_token_answer(reply(status, body)), 5s);
    };
    CHECK(after(400, R"({"error":"authorization_pending"})").kind == Kind::wait);
    CHECK(after(400, R"({"error":"authorization_pending"})").interval == 5s);
    CHECK(after(400, R"({"error":"slow_down"})").interval == 10s);
    CHECK(after(503, "").interval == 10s);
    CHECK(after(429, "").kind == Kind::wait);
    CHECK(after(200, R"({"access_token":"a"})").kind == Kind::granted);
    CHECK_THAT(after(400, R"({"error":"expired_token"})").error.text(), Catch::Contains("expired"));
    CHECK_THAT(after(400, R"({"error":"access_denied"})").error.text(), Catch::Contains("denied"));
    CHECK(after(400, R"({"error":"invalid_grant"})").kind == Kind::ended);
}

}  // namespace audienced::unit::provider_oauth_device_test
