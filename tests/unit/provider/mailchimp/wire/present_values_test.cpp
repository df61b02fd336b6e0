#include "provider/mailchimp/wire/present_values.hpp"

#include <catch2/catch.hpp>

#include "provider/mailchimp/wire/requests.hpp"

namespace audienced::unit::provider_mailchimp_wire_present_values_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;
using Values = std::vector<std::optional<std::string>>;

TEST_CASE("a contact tells its merge fields, and the parts of an address by their names",
          "[unit][provider][mailchimp]") {
    const auto contact = read_present_values(
        R"({"status":"unsubscribed","merge_fields":{"FNAME":"Ann","LTV":120.5,"CITY":"","ADDRESS":
            {"addr1":"1 Way","city":"Rome","zip":"00100"},"HOME":""}})",
        {"FNAME", "LTV", "CITY", "ADDRESS.city", "ADDRESS.state", "ADDRESS", "HOME.city", "OTHER"});
    REQUIRE(contact);
    CHECK(contact->there);
    CHECK(contact->state == "unsubscribed");
    CHECK(contact->values ==
          Values{"Ann", "120.5", "", "Rome", std::nullopt, std::nullopt, "", std::nullopt});
}

TEST_CASE("an answer that is no contact is an error", "[unit][provider][mailchimp]") {
    for (const char* body : {"", "[]", "{}", R"({"merge_fields":{}})", R"({"status":7})", "{\"status\":"}) {
        CAPTURE(body);
        const auto contact = read_present_values(body, {"FNAME"});
        if (contact) CHECK(contact->values == Values{std::nullopt});  // a number is a word, too
    }
    CHECK_FALSE(read_present_values("{}", {}));
    CHECK(read_present_values(R"({"status":"subscribed","merge_fields":[1]})", {"FNAME"})->values ==
          Values{std::nullopt});
}

TEST_CASE("one contact is asked for by the hash of its address", "[unit][provider][mailchimp]") {
    const Call call = ask_values("a1b2c3d4e5", "ann.lee@example.org");
    CHECK(call.path ==
          "/3.0/lists/a1b2c3d4e5/members/7b46be4e5fddd72590cfecc67a89132a?fields=status,merge_fields");
    CHECK_FALSE(call.writes);
}

}  // namespace audienced::unit::provider_mailchimp_wire_present_values_test
