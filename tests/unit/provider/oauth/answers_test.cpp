#include <catch2/catch.hpp>

#include "provider/oauth/callback.hpp"
#include "provider/oauth/device.hpp"
#include "provider/oauth/freshness.hpp"
#include "provider/oauth/metadata.hpp"
#include "provider/oauth/token_answer.hpp"
#include "support/print_result.hpp"

using namespace audienced;
using namespace audienced::provider::oauth;
using namespace std::chrono_literals;

namespace {

http::Response reply(unsigned status, std::string body) {
    http::Response r;
    r.status = status;
    r.body = std::move(body);
    return r;
}

const SysTime now = from_unix(1'772'359'200);

}  // namespace

TEST_CASE("token answers are told apart: granted, refused for good, not now", "[unit][oauth]") {
    using Kind = TokenAnswer::Kind;
    struct Row {
        unsigned status;
        const char* body;
        Kind kind;
        const char* error;
        bool may_have_acted;
    };
    const auto row = GENERATE(values<Row>({
        {200, R"({"access_token":"a","expires_in":86400,"refresh_token":"r"})", Kind::granted, "", false},
        {200, R"({"access_token":"a","expires_in":0,"scope":null})", Kind::granted, "", false},
        {400, R"({"error":"invalid_grant","error_description":"x"})", Kind::refused, "invalid_grant", false},
        {401, R"({"error":"invalid_client"})", Kind::refused, "invalid_client", false},
        {403, R"({"errorCode":"E0000006"})", Kind::refused, "E0000006", false},
        {200, R"({"error":"invalid_grant"})", Kind::refused, "invalid_grant", false},
        {400, R"({"error":"<script>invalid</script>"})", Kind::refused, "scriptinvalidscript", false},
        {400, "<html>", Kind::refused, "", false},
        {403, "<html>cloudflare</html>", Kind::transient, "", false},
        {429, R"({"errorCode":"E0000047"})", Kind::transient, "", false},
        {429, "", Kind::transient, "", false},
        {503, "<html>", Kind::transient, "", true},
        {400, R"({"error":"temporarily_unavailable"})", Kind::transient, "", true},
        {200, "", Kind::transient, "", true},
        {200, R"({"access_token":"a)", Kind::transient, "", true},
        {200, R"({"access_token":17})", Kind::transient, "", true},
        {200, R"({"access_token":"a\r\nX-Evil: 1"})", Kind::transient, "", true},
        {200, "[1]", Kind::transient, "", true},
    }));
    CAPTURE(row.status, row.body);
    const auto answer = read_token_answer(reply(row.status, row.body));
    CHECK(answer.kind == row.kind);
    CHECK(answer.error == row.error);
    CHECK(answer.may_have_acted == row.may_have_acted);
    CHECK(answer.why.find('<') == std::string::npos);
}

TEST_CASE("a grant without a refresh token keeps the old one; expires_in is read, never assumed",
          "[unit][oauth]") {
    model::Credentials before;
    before.refresh_token = Secret("old");
    before.client_secret = Secret("s");
    const auto with = after_grant(
        before,
        read_token_answer(reply(200, R"({"access_token":"a","refresh_token":"new","expires_in":28800})")),
        now);
    CHECK(with.refresh_token.reveal() == "new");
    CHECK(with.client_secret.reveal() == "s");
    CHECK(with.access_expires_at == now + 8h);
    CHECK(with.refreshed_at == now);
    const auto without =
        after_grant(before, read_token_answer(reply(200, R"({"access_token":"a","expires_in":"60"})")), now);
    CHECK(without.refresh_token.reveal() == "old");
    CHECK(without.access_expires_at == now + 1min);
    CHECK_FALSE(
        after_grant(before, read_token_answer(reply(200, R"({"access_token":"a","expires_in":0})")), now)
            .access_expires_at);
}

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

TEST_CASE("people are warned two weeks before an idle sign-in dies", "[unit][oauth]") {
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

TEST_CASE("a callback is believed only with our state, and says what went wrong", "[unit][oauth]") {
    CHECK(is_callback("/callback?code=1"));
    CHECK(is_callback("/callback"));
    CHECK_FALSE(is_callback("/callbacks"));
    CHECK_FALSE(is_callback("/favicon.ico"));
    CHECK(read_callback("/callback?code=c%2F1&state=st", "st")->reveal() == "c/1");
    CHECK(read_callback("/callback?state=st&iss=https%3A%2F%2Fx&code=c+1", "st")->reveal() == "c 1");
    struct Row {
        const char* target;
        Errc code;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"/callback?code=c&state=stx", Errc::auth, "another state"},
        {"/callback?code=c", Errc::auth, "another state"},
        {"/callback?error=access_denied", Errc::auth, "another state"},
        {"/callback?error=access_denied&state=st", Errc::auth, "denied"},
        {"/callback?error=invalid_scope&state=st", Errc::auth, "invalid_scope"},
        {"/callback?state=st", Errc::bad_answer, "without a code"},
        {"/callback?state=st&code=", Errc::bad_answer, "without a code"},
        {"/callback?state=st&state=other&code=c", Errc::bad_answer, "broken"},
        {"/callback?state=st&code=%4", Errc::bad_answer, "broken"},
        {"/callback?state=st&code=%zz", Errc::bad_answer, "broken"},
    }));
    CAPTURE(row.target);
    const auto read = read_callback(row.target, "st");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == row.code);
    CHECK_THAT(read.error().text(), Catch::Contains(row.says));
    CHECK_FALSE(read_callback("/callback?code=c&state=", ""));  // no state of ours is no state
}

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

TEST_CASE("polling slows down when told, for good, and ends when the service says so", "[unit][oauth]") {
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

TEST_CASE("Mailchimp's metadata is believed only if it names an address: a bad token is answered with 200",
          "[unit][oauth]") {
    CHECK(*read_api_endpoint(reply(200, R"({"dc":"us3","api_endpoint":"https://us3.api.mailchimp.com/"})")) ==
          "https://us3.api.mailchimp.com");
    CHECK(read_api_endpoint(reply(200, R"({"error":"invalid_token"})")).error().code == Errc::auth);
    CHECK(read_api_endpoint(reply(200, R"({"api_endpoint":"http://us3.api.mailchimp.com"})")).error().code ==
          Errc::bad_answer);
    CHECK(read_api_endpoint(reply(503, "")).error().safe_to_retry);
    CHECK(read_api_endpoint(reply(200, "[]")).error().code == Errc::bad_answer);
    CHECK(api_base_after("", "https://us3.api.mailchimp.com") == "https://us3.api.mailchimp.com");
    CHECK(api_base_after("https://us1.api.mailchimp.com", "https://us3.api.mailchimp.com") ==
          "https://us3.api.mailchimp.com");
    CHECK(api_base_after("https://localhost:4433", "https://us3.api.mailchimp.com") ==
          "https://localhost:4433");
}
