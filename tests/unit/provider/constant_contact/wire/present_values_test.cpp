#include "provider/constant_contact/wire/present_values.hpp"

#include <catch2/catch.hpp>

#include "provider/constant_contact/wire/requests.hpp"

namespace audienced::unit::provider_constant_contact_wire_present_values_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::constant_contact;
using Values = std::vector<std::optional<std::string>>;

namespace {

std::vector<Field> town() {
    Field field;
    field.id = "f-1";
    field.name = "cf:town";
    return {field};
}

}  // namespace

TEST_CASE("a contact tells its fields by their names in an import", "[unit][provider][constant_contact]") {
    const auto contact = read_present_values(
        R"({"contacts":[{"contact_id":"c","email_address":{"address":"a@b.c","permission_to_send":"implicit"},
            "first_name":"Ann","birthday_month":4,"custom_fields":[{"custom_field_id":"f-0","value":"no"},
            {"custom_field_id":"f-1","value":"Rome"}],"phone_numbers":[{"phone_number":"1","kind":"home"},
            {"phone_number":"2","kind":"work"}],"street_addresses":[{"kind":"work","postal_code":"00100",
            "street":"1 Way"}]}]})",
        {"first_name", "last_name", "birthday_month", "cf:town", "cf:gone", "work_phone", "other_phone",
         "phone", "work_zip", "work_street", "home_city", "city"},
        town());
    REQUIRE(contact);
    CHECK(contact->there);
    CHECK(contact->state == "implicit");
    CHECK(contact->values == Values{"Ann", "", "4", "Rome", std::nullopt, "2", "", std::nullopt, "00100",
                                    "1 Way", "", std::nullopt});
}

TEST_CASE("a deleted contact is told as deleted, and none as none", "[unit][provider][constant_contact]") {
    const auto deleted = read_present_values(
        R"({"contacts":[{"contact_id":"c","deleted_at":"2026-01-01T00:00:00Z","email_address":
            {"permission_to_send":"implicit"}}]})",
        {}, {});
    CHECK(deleted->state == "deleted");
    CHECK_FALSE(read_present_values(R"({"contacts":[]})", {"first_name"}, {})->there);
    for (const char* body : {"", "[]", "{}", R"({"contacts":{}})", "{\"contacts\":["}) {
        CAPTURE(body);
        CHECK_FALSE(read_present_values(body, {}, {}));
    }
}

TEST_CASE("a contact in any state is asked for by its address", "[unit][provider][constant_contact]") {
    const Call call = ask_values("ann+1@example.org");
    CHECK(call.path ==
          "/v3/contacts?limit=1&status=all&include=custom_fields,phone_numbers,street_addresses&email="
          "ann%2B1%40example.org");
    CHECK_FALSE(call.writes);
}

}  // namespace audienced::unit::provider_constant_contact_wire_present_values_test
