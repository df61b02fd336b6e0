#include "provider/mailchimp/wire/check_mapping.hpp"

#include <catch2/catch.hpp>

#include "provider/mailchimp/wire/address_parts.hpp"

namespace audienced::unit::provider_mailchimp_wire_check_mapping_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;

namespace {

Field field(std::string tag, std::string label, std::string type = "text") {
    Field f;
    f.name = std::move(tag);
    f.label = std::move(label);
    f.type = std::move(type);
    return f;
}

Destination audience() {
    Destination d;
    d.name = "Customers";
    d.fields = {field("FNAME", "First Name"), field("MMERGE5", "City"), field("TIER", "Tier"),
                field("ADDRESS", "Home", "address")};
    for (Field& part : parts_of(Field(d.fields.back()))) d.fields.push_back(std::move(part));
    return d;
}

std::vector<std::string> problems(const std::vector<std::string>& targets) {
    std::vector<model::FieldMap> mapping;
    for (std::size_t i = 0; i < targets.size(); ++i) mapping.push_back({"a" + std::to_string(i), targets[i]});
    std::vector<std::string> out;
    for (const MappingProblem& p : check_mapping(mapping, audience())) {
        CHECK(p.refuses);
        CHECK(p.at < targets.size());
        out.push_back(p.error.text());
    }
    return out;
}

std::string only(const std::vector<std::string>& targets) {
    const auto all = problems(targets);
    REQUIRE(all.size() == 1);
    return all[0];
}

bool has(const std::string& text, std::string_view what) {
    return text.find(what) != text.npos;
}

}  // namespace

TEST_CASE("what can work is not refused", "[unit][provider][mailchimp]") {
    CHECK(problems({"first_name", "MMERGE5", "tier"}).empty());
    CHECK(problems({"ADDRESS.addr1", "ADDRESS.city", "address.State", "ADDRESS.zip"}).empty());
    CHECK(problems({"SHOESIZE"}).empty());  // missing, and can be made
}

TEST_CASE("a label in place of a tag names the tag that was meant", "[unit][provider][mailchimp]") {
    for (const char* label : {"City", "city", "CITY"}) {
        const std::string text = only({label});
        CHECK(has(text, "label of the field with the tag MMERGE5"));
        CHECK(has(text, "--map a0=MMERGE5"));
    }
    CHECK(has(only({"First Name"}), "--map a0=FNAME"));
    CHECK(has(only({"Home"}), "tag ADDRESS"));
}

TEST_CASE("a tag that cannot be made gets no advice to make it", "[unit][provider][mailchimp]") {
    for (const char* tag : {"FAVORITECOLOR", "favorite_color", "shoe size", "Größe", "shoe-size"}) {
        const std::string text = only({tag});
        CHECK(has(text, "1 to 10 of the characters"));
        CHECK(!has(text, "--create-fields"));
    }
}

TEST_CASE("an address takes its parts, all that are needed", "[unit][provider][mailchimp]") {
    CHECK(has(only({"ADDRESS"}), "--map zip=ADDRESS.zip"));
    CHECK(has(only({"address"}), "text cannot fill as a whole"));
    const std::string half = only({"ADDRESS.addr1", "ADDRESS.city"});
    CHECK(has(half, "map ADDRESS.state, ADDRESS.zip too"));
    CHECK(has(only({"ADDRESS.street"}), "it has ADDRESS.addr1, ADDRESS.addr2"));
    CHECK(has(problems({"TIER.city"})[0], "TIER is no address"));
    CHECK(has(problems({"SHIP.city"})[0], "there is no address field SHIP"));
}

TEST_CASE("two attributes for one field are refused, however it is spelled", "[unit][provider][mailchimp]") {
    for (const auto& pair : std::vector<std::vector<std::string>>{
             {"TIER", "tier"}, {"first_name", "FNAME"}, {"FNAME", "fname"}}) {
        const std::string text = only(pair);
        CHECK(has(text, "two attributes are mapped to the field"));
        CHECK(has(text, "a0 and a1"));
    }
}

TEST_CASE("the address itself is no merge field", "[unit][provider][mailchimp]") {
    CHECK(has(only({"email"}), "--email"));
}

}  // namespace audienced::unit::provider_mailchimp_wire_check_mapping_test
