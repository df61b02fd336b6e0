#include "provider/mailchimp/wire/metadata.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"
#include "unit/provider/scripted_http.hpp"

namespace audienced::unit::provider_mailchimp_wire_metadata_test {

using namespace audienced;
using namespace audienced::provider::mailchimp;

using audienced::test::reply;

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

TEST_CASE("the metadata is asked for at the login service, with the token in a scheme of its own",
          "[unit][oauth]") {
    const auto request = metadata_request(*http::parse_url("https://login.example/base/"), Secret("t0k3n"));
    CHECK(request.method == http::Method::get);
    CHECK(request.url.origin() + request.url.target == "https://login.example/base/oauth2/metadata");
    CHECK(request.headers.at(0) == std::pair<std::string, std::string>("Authorization", "OAuth t0k3n"));
    CHECK(*read_api_base(reply(200, R"({"api_endpoint":"https://us3.api.mailchimp.com"})"), "") ==
          "https://us3.api.mailchimp.com");
    CHECK(read_api_base(reply(200, R"({"error":"invalid_token"})"), "https://us1.api.mailchimp.com")
              .error()
              .code == Errc::auth);
}

}  // namespace audienced::unit::provider_mailchimp_wire_metadata_test
