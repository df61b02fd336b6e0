#include "provider/mailchimp/wire/responses.hpp"
#include "provider/refusal.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "provider/mailchimp/wire/classify_response.hpp"
#include "provider/mailchimp/wire/row_errors.hpp"
#include "unit/provider/scripted_http.hpp"

namespace audienced::unit::provider_mailchimp_wire_responses_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;
using namespace audienced::test;

namespace {

const char* const upsert_reply = R"({"_links":[{"rel":"self","href":"https://x","method":"GET"}],
 "errors":[{"email_address":"foo@bar.com","error":"foo@bar.com looks fake or invalid, please enter a real email address.",
            "error_code":"ERROR_GENERIC","field":"","field_message":""}],
 "new_members":[{"_links":[{"rel":"self","nested":{"email_address":"wrong@x.y"}}],"status":"subscribed",
   "merge_fields":{"FNAME":"A\"nn","email_address":"wrong@x.y","LTV":120.5},"id":"7b46","vip":false,
   "email_address":" Ann.Lee@Example.org ","tags":[{"id":4788452,"name":"Segment A"}],"location":{"latitude":0}}],
 "updated_members":[{"email_address":"bo@example.org","status":"unsubscribed"},{"status":"subscribed"}],
 "total_created":1,"total_updated":1,"error_count":1})";

using Kind = model::Outcome::Kind;
using Class = model::RejectClass;
}  // namespace

TEST_CASE("a bulk reply is read whatever its order, and links and values do not confuse it",
          "[unit][provider][mailchimp]") {
    auto reply = read_upsert(upsert_reply);
    REQUIRE(reply.has_value());
    REQUIRE(reply->created.size() == 1);
    CHECK(reply->created[0].address == "ann.lee@example.org");
    CHECK(reply->created[0].status == "subscribed");
    REQUIRE(reply->updated.size() == 2);
    CHECK(reply->updated[0].status == "unsubscribed");
    CHECK(reply->updated[1].address.empty());
    REQUIRE(reply->errors.size() == 1);
    CHECK(reply->errors[0].addresses == std::vector<std::string>{"foo@bar.com"});
}

TEST_CASE("a bulk reply cut at any byte, or of another shape, is an error", "[unit][provider][mailchimp]") {
    const std::string whole = upsert_reply;
    for (std::size_t n = 0; n < whole.size(); ++n) {
        CAPTURE(n);
        CHECK(!read_upsert(whole.substr(0, n)).has_value());
    }
    for (const char* bad :
         {"", " ", "null", "[]", "7", "\"x\"", "{}", "{\"a\":1}", "<html>", "{\"new_members\":7}",
          "{\"new_members\":{}}", "{\"new_members\":[7]}", "{\"new_members\":[]} trailing",
          "{\"new_members\":[],}", "{\"errors\":[[]]}", "{\"new_members\":[{\"status\":}]}"}) {
        CAPTURE(bad);
        CHECK(!read_upsert(bad).has_value());
        CHECK(!read_members(bad).has_value());
        CHECK(!read_tag_change(bad).has_value());
    }
    CHECK(read_upsert(R"({"new_members":null,"updated_members":[],"errors":[]})").has_value());
    CHECK(read_upsert(R"({"new_members":[{"email_address":7,"status":null}]})")->created[0].address.empty());
}

TEST_CASE("both spellings of the addresses of an error row are read", "[unit][provider][mailchimp]") {
    auto reply = read_tag_change(R"({"members_added":[{"email_address":"A@example.org"}],"members_removed":[],
      "errors":[{"email_addresses":["X@y.z","u@v.w"],"error":"Email addresses already exist in the static segment"},
                {"email_address":"s@t.u","error":"other"}],"total_added":0})");
    REQUIRE(reply.has_value());
    CHECK(reply->added[0].address == "a@example.org");
    CHECK(reply->errors[0].addresses == std::vector<std::string>{"x@y.z", "u@v.w"});
    CHECK(reply->errors[1].addresses == std::vector<std::string>{"s@t.u"});
}

TEST_CASE("answers of the API are classified apart from those of its edge", "[unit][provider][mailchimp]") {
    using Kind = Verdict::Kind;
    struct Row {
        http::Response response;
        Kind kind;
    };
    const char* forbidden =
        R"({"title":"Forbidden","status":403,"detail":"User does not have access to the requested operation"})";
    const Row rows[] = {
        {json_reply(200, "{}"), Kind::answer},
        {reply(204), Kind::answer},
        {reply(200, "<html>Welcome</html>"), Kind::try_again},
        {json_reply(400, R"({"title":"Invalid Resource"})"), Kind::answer},
        {json_reply(404, R"({"title":"Resource Not Found"})"), Kind::answer},
        {json_reply(405, "{}"), Kind::answer},
        {json_reply(401, R"({"title":"API Key Invalid"})"), Kind::unauthorised},
        {reply(401), Kind::unauthorised},
        {json_reply(403, forbidden), Kind::fail},
        {json_reply(403, R"({"title":"User Disabled","detail":"This account has been deactivated."})"),
         Kind::unauthorised},
        {reply(403), Kind::slow_down},
        {reply(403, "<html>Access Denied</html>"), Kind::slow_down},
        {json_reply(403, R"({"type":"akamai_error_message","title":"akamai_403","status":403})"),
         Kind::try_again},
        {json_reply(429, R"({"title":"Too Many Requests"})"), Kind::slow_down},
        {reply(429), Kind::slow_down},
        {reply(302), Kind::fail},
        {reply(408), Kind::try_again},
        {json_reply(500, R"({"type":"about:blank"})"), Kind::try_again},
        {json_reply(500, R"({"title":"Internal Server Error","detail":"A deep error"})"), Kind::try_again},
        {reply(502, "<html>"), Kind::try_again},
        {reply(503), Kind::try_again},
        {json_reply(503, R"({"type":"akamai_error_message","title":"akamai_503"})"), Kind::try_again},
        {reply(504), Kind::try_again},
    };
    for (const Row& row : rows) {
        CAPTURE(row.response.status, row.response.body);
        CHECK(classify_response(row.response).kind == row.kind);
    }
    const Verdict center = classify_response(json_reply(
        403, R"({"title":"Forbidden","detail":"The API key provided is linked to datacenter 'us6'"})"));
    CHECK(center.error.code == Errc::auth);
    CHECK(center.error.message.find("data center") != std::string::npos);
}

TEST_CASE("a refusal for lack of permission is told in Mailchimp's own words, and advice follows them",
          "[unit][provider][mailchimp]") {
    struct Row {
        const char *title, *detail;
    };
    for (const Row& row :
         {Row{"Forbidden", "User does not have access to the requested operation"},
          Row{"User action not permitted", "User does not have access to the requested operation"},
          Row{"Forbidden", "Your plan does not include this feature."},
          Row{"User Disabled", "This account has been deactivated."},
          Row{"Wrong Datacenter", "The API key provided is linked to datacenter 'us6'"}}) {
        CAPTURE(row.title, row.detail);
        const std::string body = nlohmann::json{{"title", row.title}, {"detail", row.detail}}.dump();
        const Error e = classify_response(json_reply(403, body)).error;
        CHECK(e.code == Errc::auth);
        CHECK(e.message.find(std::string(row.title) + ": " + row.detail) != std::string::npos);
        CHECK(!e.hint.empty());
    }
    const Error key =
        classify_response(json_reply(401, R"({"title":"API Key Invalid","detail":"It may be invalid."})"))
            .error;
    CHECK(key.message.find("API Key Invalid: It may be invalid.") != std::string::npos);
}

TEST_CASE("addresses are taken out of words", "[unit][provider][mailchimp]") {
    CHECK(without_addresses("x ann@example.org y") == "x (address) y");
    CHECK(without_addresses("\"ann\"@example.org's") == "(address)");
    CHECK(without_addresses("plain") == "plain");
    CHECK(without_addresses("a single @") == "a single @");
    CHECK(without_addresses("(the portion after the @: x)") == "(the portion after the @: x)");
    CHECK(without_addresses("ann@ or @example.org") == "(address) or (address)");
    CHECK(without_addresses(std::string(800, 'x')).size() == 500);
}

TEST_CASE("merge fields are read with their options; an address is followed by its parts",
          "[unit][provider][mailchimp]") {
    const auto fields = read_merge_fields(R"({"merge_fields":[
        {"merge_id":1,"tag":"PHONE","name":"Phone","type":"phone","options":{"phone_format":"US"}},
        {"merge_id":2,"tag":"BIRTH","name":"Birthday","type":"birthday","options":{"date_format":"DD/MM"}},
        {"merge_id":3,"tag":"TIER","name":"Tier","type":"dropdown","options":{"choices":["gold","silver"]}},
        {"merge_id":4,"tag":"HOME","name":"Home","type":"address","options":{"default_country":164}}]})");
    REQUIRE(fields.has_value());
    REQUIRE(fields->size() == 10);
    CHECK((*fields)[0].format == "US");
    CHECK((*fields)[1].format == "DD/MM");
    CHECK((*fields)[2].choices == std::vector<std::string>{"gold", "silver"});
    CHECK((*fields)[3].name == "HOME");
    CHECK((*fields)[4].name == "HOME.addr1");
    CHECK((*fields)[9].name == "HOME.country");
    // Made again, the field has another id, and so have its parts.
    CHECK((*fields)[4].id == "4.addr1");
}

}  // namespace audienced::unit::provider_mailchimp_wire_responses_test
