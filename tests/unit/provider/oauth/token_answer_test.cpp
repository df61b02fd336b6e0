#include "provider/oauth/token_answer.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"
#include "unit/provider/scripted_http.hpp"

namespace audienced::unit::provider_oauth_token_answer_test {

using namespace audienced;
using namespace audienced::provider::oauth;
using namespace std::chrono_literals;
using audienced::test::reply;

namespace {
const SysTime asked_at = from_unix(1'772'359'200);
}  // namespace

TEST_CASE("token answers are classified as granted, refused or transient", "[unit][oauth]") {
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
        asked_at);
    CHECK(with.refresh_token.reveal() == "new");
    CHECK(with.client_secret.reveal() == "s");
    CHECK(with.access_expires_at == asked_at + 8h);
    CHECK(with.refreshed_at == asked_at);
    const auto without = after_grant(
        before, read_token_answer(reply(200, R"({"access_token":"a","expires_in":"60"})")), asked_at);
    CHECK(without.refresh_token.reveal() == "old");
    CHECK(without.access_expires_at == asked_at + 1min);
    CHECK_FALSE(
        after_grant(before, read_token_answer(reply(200, R"({"access_token":"a","expires_in":0})")), asked_at)
            .access_expires_at);
}

}  // namespace audienced::unit::provider_oauth_token_answer_test
