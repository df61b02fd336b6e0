#include "provider/oauth/requests.hpp"

#include <catch2/catch.hpp>

#include "provider/oauth/pkce.hpp"

namespace audienced::unit::provider_oauth_requests_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::oauth;

namespace {

Application app(std::string secret = {}) {
    Application a;
    a.rules.authorize_path = "/oauth2/default/v1/authorize";
    a.rules.token_path = "/oauth2/default/v1/token";
    a.rules.device_path = "/oauth2/default/v1/device/authorize";
    a.rules.scope = "contact_data offline_access";
    a.rules.pkce = true;
    a.client_id = "key 1";
    a.client_secret = Secret(std::move(secret));
    a.login_base = *http::parse_url("https://authz.example");
    return a;
}

std::string header(const http::Request& r, std::string_view name) {
    for (const auto& [n, value] : r.headers)
        if (n == name) return value;
    return {};
}

}  // namespace

TEST_CASE("the PKCE challenge is the one of RFC 7636, appendix B", "[unit][oauth]") {
    CHECK(challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") ==
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    const Pkce one = make_pkce(system_random()), two = make_pkce(system_random());
    CHECK(one.verifier.reveal().size() == 43);
    CHECK(one.verifier.reveal() != two.verifier.reveal());
    CHECK(one.challenge == challenge_of(one.verifier.reveal()));
}

TEST_CASE("the browser's address carries every parameter encoded, the scope's blank as %20",
          "[unit][oauth]") {
    const std::string back = redirect_uri(app().rules, 8765);
    CHECK(back == "http://localhost:8765/callback");
    CHECK(
        authorize_url(app(), back, "st", "ch") ==
        "https://authz.example/oauth2/default/v1/authorize?response_type=code&client_id=key%201&"
        "redirect_uri=http%3A%2F%2Flocalhost%3A8765%2Fcallback&scope=contact_data%20offline_access&state=st&"
        "code_challenge=ch&code_challenge_method=S256");
    CHECK(authorize_url(app(), back, "st", {}).find("code_challenge") == std::string::npos);
}

TEST_CASE("a public client names itself in the form, a confidential one in the header", "[unit][oauth]") {
    const auto open = redeem_request(app(), Secret("c/1"), "http://localhost:1/callback", Secret("v"));
    CHECK(open.body ==
          "grant_type=authorization_code&code=c%2F1&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fcallback&code_"
          "verifier=v&"
          "client_id=key%201");
    CHECK(header(open, "Authorization").empty());
    CHECK_FALSE(open.repeatable);

    const auto basic = redeem_request(app("s3cret"), Secret("c"), "http://localhost:1/callback", Secret("v"));
    CHECK(header(basic, "Authorization") == "Basic a2V5IDE6czNjcmV0");
    CHECK(basic.body.find("client_") == std::string::npos);

    auto in_body = app("s3cret");
    in_body.rules.secret_in_body = true;
    const auto form = redeem_request(in_body, Secret("c"), "http://localhost:1/callback", Secret());
    CHECK(header(form, "Authorization").empty());
    CHECK(form.body.ends_with("&client_id=key%201&client_secret=s3cret"));
    CHECK(form.body.find("code_verifier") == std::string::npos);
}

TEST_CASE("device codes are asked for without the secret, as the grant is for public clients",
          "[unit][oauth]") {
    CHECK(device_request(app("s3cret"), "st").body ==
          "response_type=code&scope=contact_data%20offline_access&state=st&client_id=key%201");
    CHECK(
        device_poll_request(app(), Secret("d")).body ==
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d&client_id=key%201");
    CHECK(refresh_request(app(), Secret("r+1")).body ==
          "grant_type=refresh_token&refresh_token=r%2B1&client_id=key%201");
    CHECK_FALSE(refresh_request(app(), Secret("r")).repeatable);
}

}  // namespace audienced::unit::provider_oauth_requests_test
