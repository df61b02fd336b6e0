// One optional value that its field refuses kept the person out of the audience.
#include <catch2/catch.hpp>

#include <map>

#include "mailchimp_bench.hpp"

namespace audienced::unit::provider_mailchimp_upsert_refused_values_test {

using namespace audienced;
using namespace audienced::test;
using Json = nlohmann::json;
using Kind = model::Outcome::Kind;

namespace {

const char* const fields = R"({"merge_fields":[
    {"merge_id":1,"tag":"FNAME","name":"First","type":"text","required":false},
    {"merge_id":2,"tag":"BDAY","name":"Birthday","type":"birthday","required":false},
    {"merge_id":3,"tag":"PHONE","name":"Phone","type":"phone","required":false},
    {"merge_id":4,"tag":"SHIRT","name":"Size","type":"dropdown","required":true}],"total_items":4})";

/// Refuses the first of these values that a row holds; gives the tag and the words.
using Refusals = std::map<std::string, std::string>;

std::pair<std::string, std::string> refused_value(const Json& row, const Refusals& refusals) {
    for (const auto& [tag, value] : row["merge_fields"].items()) {
        const auto found = refusals.find(value.get<std::string>());
        if (found != refusals.end()) return {tag, found->second};
    }
    return {};
}

/// As rows of a 200, or as a refusal of the whole call.
http::Response judge(const http::Request& r, const Refusals& refusals, bool whole_call) {
    Json out{{"new_members", Json::array()}, {"updated_members", Json::array()}, {"errors", Json::array()}};
    const Json body = Json::parse(r.body);
    for (const Json& row : body["members"]) {
        const auto [tag, words] = refused_value(row, refusals);
        if (tag.empty()) {
            out["new_members"].push_back({{"email_address", row["email_address"]}, {"status", "subscribed"}});
        } else if (whole_call) {
            return json_reply(400, Json{{"title", "Invalid Resource"},
                                        {"status", 400},
                                        {"detail", "Your merge fields were invalid."},
                                        {"errors", Json::array({{{"field", tag}, {"message", words}}})}}
                                       .dump());
        } else {
            out["errors"].push_back({{"email_address", row["email_address"]},
                                     {"error", "Your merge fields were invalid."},
                                     {"error_code", "ERROR_GENERIC"},
                                     {"field", tag},
                                     {"field_message", words}});
        }
    }
    return json_reply(200, out.dump());
}

model::Batch batch_of_values(const std::vector<std::vector<std::optional<std::string>>>& rows) {
    model::Batch b = upsert_batch(rows.size());
    b.fields = {"FNAME", "BDAY", "PHONE", "SHIRT"};
    for (std::size_t i = 0; i < rows.size(); ++i) b.members[i].values = rows[i];
    return b;
}

}  // namespace

TEST_CASE("a value that its field refuses is left out, and the member delivered without it",
          "[unit][provider][mailchimp]") {
    const Refusals refusals{{"14.03.1980", "Please enter a month and day"},
                            {"+49 30 901820", "Please enter a valid phone number"},
                            {"XXL", "Please choose one of the listed values"}};
    for (const bool whole_call : {false, true}) {
        CAPTURE(whole_call);
        MailchimpBench bench;
        bench.merge_fields = fields;
        bench.serve = [&](const http::Request& r) { return judge(r, refusals, whole_call); };
        const model::Batch batch = batch_of_values({{"Ann", "03/14", "555-010-0000", "M"},
                                                    {"Bo", "14.03.1980", "555-010-0000", "M"},
                                                    {"Cy", "14.03.1980", "+49 30 901820", "M"},
                                                    {"Di", "03/14", "+49 30 901820", "XXL"}});
        auto submitted = bench.run(bench.provider->submit(batch));
        REQUIRE(submitted.has_value());
        const auto& o = submitted->outcomes;
        CHECK((o[0].kind == Kind::delivered && o[0].refused_values.empty()));
        REQUIRE((o[1].kind == Kind::delivered && o[1].refused_values.size() == 1));
        CHECK(o[1].refused_values[0].field == "BDAY");
        CHECK(o[1].refused_values[0].code == "merge_field");
        CHECK(o[1].refused_values[0].detail == "Please enter a month and day");
        REQUIRE((o[2].kind == Kind::delivered && o[2].refused_values.size() == 2));
        CHECK(o[2].refused_values[1].field == "PHONE");
        // A field that must have a value cannot do without it.
        CHECK((o[3].kind == Kind::rejected && o[3].field == "SHIRT" && o[3].code == "merge_field"));
        CHECK(o[3].detail == "Please choose one of the listed values");
        CHECK(o[3].refused_values.empty());
        if (!whole_call) CHECK(bench.traffic.writes == 3);  // all rows of a round in one call
    }
}

TEST_CASE("a refusal that names no field of the mapping is the member's", "[unit][provider][mailchimp]") {
    for (const char* field : {"", "OTHER", "email_address"}) {
        CAPTURE(field);
        MailchimpBench bench;
        bench.merge_fields = fields;
        bench.serve = [&](const http::Request& r) {
            const std::string first = MailchimpBench::addresses(r).at(0);
            return json_reply(200,
                              Json{{"new_members", Json::array()},
                                   {"updated_members", Json::array()},
                                   {"errors", Json::array({{{"email_address", first},
                                                            {"error", "Your merge fields were invalid."},
                                                            {"field", field},
                                                            {"field_message", "Please enter a value"}}})}}
                                  .dump());
        };
        auto submitted = bench.run(bench.provider->submit(batch_of_values({{"Ann", "03/14", {}, "M"}})));
        REQUIRE(submitted.has_value());
        CHECK(submitted->outcomes[0].kind == Kind::rejected);
        CHECK(submitted->outcomes[0].reject_class == model::RejectClass::fix_data);
        CHECK(submitted->outcomes[0].field == (std::string(field) == "OTHER" ? "OTHER" : ""));
        CHECK(bench.traffic.writes == 1);
    }
}

TEST_CASE("all parts of an address that is refused are left out", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.merge_fields =
        R"({"merge_fields":[{"merge_id":1,"tag":"ADDRESS","name":"A","type":"address","required":false}]})";
    bench.serve = [&](const http::Request& r) {
        const Json row = Json::parse(r.body)["members"][0];
        Json out{
            {"new_members", Json::array()}, {"updated_members", Json::array()}, {"errors", Json::array()}};
        if (row["merge_fields"].empty())
            out["new_members"].push_back({{"email_address", row["email_address"]}, {"status", "subscribed"}});
        else
            out["errors"].push_back({{"email_address", row["email_address"]},
                                     {"error", "Your merge fields were invalid."},
                                     {"field", "ADDRESS"},
                                     {"field_message", "Please enter a complete address"}});
        return json_reply(200, out.dump());
    };
    model::Batch batch = upsert_batch(1);
    batch.fields = {"ADDRESS.addr1", "ADDRESS.city", "ADDRESS.state", "ADDRESS.zip"};
    batch.members[0].values = {"1 Main Street", "Anytown", "Nowhere", "00000"};
    auto submitted = bench.run(bench.provider->submit(batch));
    REQUIRE(submitted.has_value());
    CHECK(submitted->outcomes[0].kind == Kind::delivered);
    CHECK(submitted->outcomes[0].refused_values.size() == 4);
}

}  // namespace audienced::unit::provider_mailchimp_upsert_refused_values_test
