#include "provider/mailchimp/wire/requests.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <numeric>

#include "provider/mailchimp/wire/json_text.hpp"

namespace audienced::unit::provider_mailchimp_wire_requests_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;
using nlohmann::json;

namespace {

model::Batch batch_of(std::vector<std::string> fields, std::vector<model::Member> members) {
    model::Batch b;
    b.destination = "a1b2c3d4e5";
    b.fields = std::move(fields);
    b.members = std::move(members);
    return b;
}

model::Member member(std::string address, std::vector<std::optional<std::string>> values) {
    model::Member m;
    m.address = std::move(address);
    m.values = std::move(values);
    return m;
}

json body_of(const model::Batch& batch, const FieldTypes& types = {}) {
    std::vector<std::size_t> rows(batch.members.size());
    std::iota(rows.begin(), rows.end(), 0u);
    return json::parse(upsert_body(batch, rows, types));
}

}  // namespace

TEST_CASE("an upsert never carries a status for a contact that exists", "[unit][provider][mailchimp]") {
    const auto body =
        body_of(batch_of({"FNAME"}, {member("a@example.org", {"Ann"}), member("b@example.org", {"Bo"})}));
    CHECK(body == json::parse(R"({"members":[
        {"email_address":"a@example.org","status_if_new":"subscribed","merge_fields":{"FNAME":"Ann"}},
        {"email_address":"b@example.org","status_if_new":"subscribed","merge_fields":{"FNAME":"Bo"}}],
        "update_existing":true})"));
    CHECK(upsert_members("x", "{}").path ==
          "/3.0/lists/x?skip_merge_validation=true&skip_duplicate_check=true");
}

TEST_CASE("values that are not to be sent are left out, empty ones clear", "[unit][provider][mailchimp]") {
    const auto body = body_of(batch_of(
        {"first_name", "last_name", "tier"},
        {member("a@example.org", {std::nullopt, "", "gold"}),
         member("b@example.org", {std::nullopt, std::nullopt, std::nullopt}), member("c@example.org", {})}));
    CHECK(body["members"][0]["merge_fields"] == json::parse(R"({"LNAME":"","TIER":"gold"})"));
    CHECK(body["members"][1]["merge_fields"] == json::object());
    CHECK(body["members"][2]["merge_fields"] == json::object());
}

TEST_CASE("hostile text survives as text", "[unit][provider][mailchimp]") {
    std::string all;
    for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
    all += "\u00e9\u20ac\U0001F600\u2028</script>";
    std::string encoded;
    append_json(encoded, all);
    CHECK(json::parse(encoded).get<std::string>() == all);
    const auto body =
        body_of(batch_of({"FNAME"}, {member("o'neil+x@example.org", {R"("},"status":"subscribed")"})}));
    CHECK(body["members"].size() == 1);
    CHECK(body["members"][0].size() == 3);
}

TEST_CASE("calls name their place and their page", "[unit][provider][mailchimp]") {
    CHECK(ask_account().path == "/3.0/?fields=account_id,account_name,role");
    CHECK(ask_members("a1", "cleaned", model::provider_time_from_unix(1'772'359'200), 950).path ==
          "/3.0/lists/a1/members?status=cleaned&count=1000&offset=950&sort_field=last_changed&sort_dir=ASC"
          "&fields=members.email_address,members.status,members.contact_id,members.tags,members.tags_count,"
          "total_items"
          "&since_last_changed=2026-03-01T10%3A00%3A00%2B00%3A00");
    CHECK(ask_member("a/../b", "ann.lee@example.org").path ==
          "/3.0/lists/a%2F..%2Fb/members/"
          "7b46be4e5fddd72590cfecc67a89132a?fields=email_address,status,contact_id,tags,tags_count");
    const Call tags = ask_tags("a1", 0);
    CHECK(tags.path.starts_with("/3.0/lists/a1/segments?type=static&count=1000&offset=0"));
    CHECK(!tags.writes);
    CHECK(make_tag("a1", "x").writes);
    CHECK(json::parse(make_tag("a1", "VIP \"1\"").body) ==
          json::parse(R"({"name":"VIP \"1\"","static_segment":[]})"));
    const std::string_view add[] = {"a@example.org", "b@example.org"}, remove[] = {"c@example.org"};
    CHECK(
        json::parse(change_tag("a1", "77", add, remove).body) ==
        json::parse(
            R"({"members_to_add":["a@example.org","b@example.org"],"members_to_remove":["c@example.org"]})"));
    CHECK(json::parse(change_tag("a1", "77", {}, remove).body) ==
          json::parse(R"({"members_to_remove":["c@example.org"]})"));
    CHECK(change_tag("a1", "77", add, {}).path == "/3.0/lists/a1/segments/77");
}

TEST_CASE("mapped names become merge tags", "[unit][provider][mailchimp]") {
    CHECK(merge_tag("first_name") == "FNAME");
    CHECK(merge_tag("last_name") == "LNAME");
    CHECK(merge_tag("FNAME") == "FNAME");
    CHECK(merge_tag("tier") == "TIER");
    CHECK(is_merge_tag("TIER_2"));
    CHECK(merge_tag("address.City") == "ADDRESS.city");
    for (const char* bad : {"", "tier", "ELEVENCHARS", "A-B", "A B"}) CHECK(!is_merge_tag(bad));
}

}  // namespace audienced::unit::provider_mailchimp_wire_requests_test
