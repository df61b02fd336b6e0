#include "provider/mailchimp/wire/merge_columns.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::provider_mailchimp_wire_merge_columns_test {

using namespace audienced;
using namespace audienced::provider::mailchimp;
using nlohmann::json;

namespace {

json fields_of(const std::vector<std::string>& fields, std::vector<std::optional<std::string>> values,
               const FieldTypes& types = {}) {
    model::Member member;
    member.values = std::move(values);
    std::string out = "{";
    MergeColumns(fields, types).append(out, member);
    return json::parse(out + "}");
}

}  // namespace

TEST_CASE("numbers travel as numbers, everything else as text", "[unit][provider][mailchimp]") {
    const FieldTypes types{{"LTV", "number"}, {"TIER", "text"}};
    const std::string sent = fields_of({"LTV", "tier"}, {"12.50", "12.50"}, types).dump();
    CHECK(sent == R"({"LTV":12.5,"TIER":"12.50"})");
    // A type that changed since the plan: text that is no JSON never stands bare in the body.
    for (const char* text : {"007", "1e", "NaN", "0x10", "1,5", ""})
        CHECK(fields_of({"LTV"}, {text}, types) == json{{"LTV", text}});
}

TEST_CASE("the parts of an address travel as one object", "[unit][provider][mailchimp]") {
    const std::vector<std::string> fields{"ADDRESS.addr1", "FNAME",       "ADDRESS.city",
                                          "ADDRESS.state", "ADDRESS.zip", "ADDRESS.country"};
    CHECK(fields_of(fields, {"1 Main Street", "Ann", "Boston", "MA", "02110", {}}) ==
          json::parse(R"({"FNAME":"Ann","ADDRESS":
              {"addr1":"1 Main Street","city":"Boston","state":"MA","zip":"02110"}})"));
    CHECK(fields_of(fields, {{}, "Ann", {}, {}, {}, {}}) == json{{"FNAME", "Ann"}});
    CHECK(fields_of(fields, {"", {}, "", "", "", ""}) == json{{"ADDRESS", ""}});
    CHECK(fields_of(fields, {"1 Main Street", "Ann", "Boston", "", "02110", {}}) == json{{"FNAME", "Ann"}});
}

TEST_CASE("two addresses stay apart", "[unit][provider][mailchimp]") {
    CHECK(fields_of({"A.addr1", "A.city", "A.state", "A.zip", "B.addr1"}, {"1", "2", "3", "4", "5"}) ==
          json::parse(R"({"A":{"addr1":"1","city":"2","state":"3","zip":"4"}})"));
}

}  // namespace audienced::unit::provider_mailchimp_wire_merge_columns_test
