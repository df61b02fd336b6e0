#include "provider/constant_contact/wire/check_mapping.hpp"

#include <catch2/catch.hpp>

#include "provider/constant_contact/wire/fields.hpp"

namespace audienced::unit::provider_constant_contact_wire_check_mapping_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::constant_contact;

namespace {

std::vector<MappingProblem> problems(const std::vector<std::string>& targets) {
    Destination list;
    list.name = "Customers";
    list.fields = standard_fields();
    Field tier;
    tier.name = "cf:customer_tier";
    tier.label = "Customer Tier";
    list.fields.push_back(tier);
    std::vector<model::FieldMap> mapping;
    for (std::size_t i = 0; i < targets.size(); ++i) mapping.push_back({"a" + std::to_string(i), targets[i]});
    return check_mapping(mapping, list);
}

std::string only(const std::vector<std::string>& targets, bool refuses = true) {
    const auto all = problems(targets);
    REQUIRE(all.size() == 1);
    CHECK(all[0].refuses == refuses);
    return all[0].error.text();
}

bool has(const std::string& text, std::string_view what) {
    return text.find(what) != text.npos;
}

}  // namespace

TEST_CASE("a mapping that can work is not refused", "[unit][provider][constant_contact]") {
    CHECK(problems({"first_name", "Customer Tier", "birthday_month", "birthday_day", "home_phone",
                    "work_phone", "home_city", "work_city"})
              .empty());
    CHECK(problems({"shoe size"}).empty());  // missing, and can be made
}

TEST_CASE("two attributes for one field are refused, by name, by label or by kind",
          "[unit][provider][constant_contact]") {
    const std::string cut = "How did you first hear about our small shop online";  // 50 characters
    for (const auto& pair : std::vector<std::vector<std::string>>{{"customer_tier", "Customer Tier"},
                                                                  {"cf:customer_tier", "customer_tier"},
                                                                  {"phone", "other_phone"},
                                                                  {"city", "home_city"},
                                                                  {"FIRST_NAME", "first_name"}})
        CHECK(has(only(pair), "two attributes are mapped to the field"));
    // Two labels of which the same is left once they are cut.
    const auto all = problems({cut + "?", cut + "!"});
    REQUIRE(all.size() == 3);
    CHECK(all[2].refuses);
}

TEST_CASE("a label that will be cut is named", "[unit][provider][constant_contact]") {
    const std::string label = "How did you first hear about our small shop online";
    CHECK(problems({label}).empty());
    CHECK(has(only({label + "?"}, false), "the field is called \"" + label + "\""));
    CHECK(has(only({"cf:" + label + "?"}, false), "longer than the 50 characters"));
}

TEST_CASE("half a birthday, the address itself, and the home country are refused",
          "[unit][provider][constant_contact]") {
    CHECK(has(only({"birthday_month"}), "map birthday_day too"));
    CHECK(has(only({"first_name", "birthday_day"}), "map birthday_month too"));
    CHECK(has(only({"email"}), "--email names it"));
    CHECK(has(only({"home_country"}), "--map a0=country"));
}

}  // namespace audienced::unit::provider_constant_contact_wire_check_mapping_test
