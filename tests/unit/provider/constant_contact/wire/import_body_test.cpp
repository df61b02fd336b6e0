#include <catch2/catch.hpp>

#include "provider/constant_contact/wire/fields.hpp"
#include "provider/constant_contact/wire/import_body.hpp"
#include "provider/constant_contact/wire/limits.hpp"
#include "unit/provider/constant_contact/constant_contact_bench.hpp"

namespace audienced::unit::provider_constant_contact_wire_import_body_test {

using namespace audienced;
using namespace audienced::test;
using namespace audienced::provider::constant_contact;

namespace {

ImportBody body_of(const model::Batch& b, const std::vector<std::string>& names) {
    return import_body(b, sendable(b), names);
}

}  // namespace

TEST_CASE("a batch whose rows are all filled goes as a table", "[unit][provider][constant_contact]") {
    auto b = import_batch(2);
    b.members[1].values[0] = "Ada \"A\", Byron ";
    const auto body = body_of(b, {"first_name"});
    CHECK(body.form == ImportBody::Form::csv);
    CHECK(body.content_type.starts_with("multipart/form-data; boundary="));
    CHECK(body.body.find("filename=\"contacts.csv\"") != std::string::npos);
    CHECK(body.body.find("name=\"list_ids\"\r\n\r\n" + list_id + "\r\n") != std::string::npos);
    CHECK(body.body.find(
              "email,first_name\nm0@example.org,Name 0\nm1@example.org,\"Ada \"\"A\"\", Byron \"\n") !=
          std::string::npos);
}

TEST_CASE("a batch with gaps or line breaks goes as JSON, which can leave a value out",
          "[unit][provider][constant_contact]") {
    auto b = import_batch(3);
    SECTION("a gap") {
        b.members[1].values[0].reset();
    }
    SECTION("an empty value, which an import cannot clear") {
        b.members[1].values[0] = "";
    }
    SECTION("a line break") {
        b.members[1].values[0] = "a\nb";
    }
    const bool gap = !b.members[1].values[0] || b.members[1].values[0]->empty();
    const auto body = body_of(b, {"first_name"});
    CHECK(body.form == ImportBody::Form::json);
    const auto sent = nlohmann::json::parse(body.body);
    CHECK(sent.at("list_ids") == nlohmann::json::array({list_id}));
    REQUIRE(sent.at("import_data").size() == 3);
    CHECK(sent["import_data"][0] == nlohmann::json{{"email", contact_address(0)}, {"first_name", "Name 0"}});
    CHECK(sent["import_data"][1].contains("first_name") == !gap);
}

TEST_CASE("a column without values is not sent", "[unit][provider][constant_contact]") {
    auto b = import_batch(2);
    for (auto& m : b.members) m.values[0].reset();
    CHECK(body_of(b, {"first_name"}).body.find("first_name") == std::string::npos);
}

TEST_CASE("a batch with gaps that is too large for JSON goes as a table, every row on one line",
          "[unit][provider][constant_contact]") {
    auto b = import_batch(20000);
    b.fields = {"cf:note"};
    for (auto& m : b.members) m.values[0] = std::string(170, 'x');
    b.members[0].values[0].reset();
    b.members[1].values[0] = "two\nlines";
    const auto body = body_of(b, {"cf:note"});
    CHECK(body.form == ImportBody::Form::csv);
    CHECK(body.body.find("m0@example.org,\nm1@example.org,\"two lines\"\n") != std::string::npos);
}

TEST_CASE("a full batch stays below the limit that closes it", "[unit][provider][constant_contact]") {
    auto b = import_batch(5000);
    std::size_t counted = 0;
    for (auto& m : b.members) {
        m.values[0] = "\"quoted\", and " + m.address;
        counted += csv_bytes(m);
    }
    const auto body = body_of(b, {"first_name"});
    CHECK(body.form == ImportBody::Form::csv);
    CHECK(body.body.size() < counted + 1000);
    CHECK(counted < body.body.size());  // or imports would be closed early
    CHECK(max_import_bytes + 10'000 < 4'000'000);
}

TEST_CASE("an address that the service cannot hold is not sent", "[unit][provider][constant_contact]") {
    auto b = import_batch(3);
    b.members[1].address = std::string(70, 'x') + "@example.org";
    CHECK(sendable(b) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("a label that was cut when its field was made is found again",
          "[unit][provider][constant_contact]") {
    const std::string mapped = "How did you first hear about our small shop online?";  // 51 characters
    std::vector<provider::Field> custom(1);
    custom[0].label = label_of(mapped);
    custom[0].name = "cf:how_did_you_first_hear_about_our_small_shop_online";
    CHECK(custom[0].label.size() == 50);
    CHECK(field_name(mapped, custom) == custom[0].name);
    CHECK(field_name("cf:" + mapped, custom) == custom[0].name);
    // Cut behind a blank, the service keeps no blank; characters count, not bytes.
    CHECK(label_of(std::string(49, 'x') + " yz") == std::string(49, 'x'));
    std::string umlauts;
    for (int i = 0; i < 60; ++i) umlauts += "\u00e4";
    CHECK(label_of(umlauts).size() == 100);
}

TEST_CASE("mapped names become the names that an import takes", "[unit][provider][constant_contact]") {
    std::vector<provider::Field> custom(2);
    custom[0].name = "cf:customer_tier";
    custom[0].label = "Customer Tier";
    custom[1].name = "cf:custom_field_7";
    custom[1].label = "Shoe size";
    struct Row {
        const char *mapped, *name;
    };
    for (const Row& row :
         {Row{"first_name", "first_name"}, Row{"FIRST_NAME", "first_name"}, Row{"home_city", "home_city"},
          Row{"customer_tier", "cf:customer_tier"}, Row{"cf:Customer_Tier", "cf:customer_tier"},
          Row{"Customer Tier", "cf:customer_tier"}, Row{"shoe size", "cf:custom_field_7"},
          Row{"nothing", "cf:nothing"}, Row{"home_country", "cf:home_country"}}) {
        CAPTURE(row.mapped);
        CHECK(field_name(row.mapped, custom) == row.name);
    }
}

}  // namespace audienced::unit::provider_constant_contact_wire_import_body_test
