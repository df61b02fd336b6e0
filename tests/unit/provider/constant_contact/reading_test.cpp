#include <catch2/catch.hpp>

#include "constant_contact_bench.hpp"
#include "provider/constant_contact/groups.hpp"
#include "provider/constant_contact/wire/id_table.hpp"
#include "provider/constant_contact/wire/responses.hpp"

namespace audienced::unit::provider_constant_contact_reading_test {

using namespace audienced;
using namespace audienced::test;
using namespace audienced::provider;
using Json = nlohmann::json;
using State = ContactStatus::State;

TEST_CASE("the first pull reads every contact that no call may touch", "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request& r) -> result<http::Response> {
        if (r.url.target.find("cursor=") == std::string::npos) {
            Json gone = contact("gone@example.org", "implicit");
            gone["deleted_at"] = "2026-01-01";
            return json_reply(200, contacts({contact("A@Example.org", "unsubscribed"), gone,
                                             contact("h@example.org", "temp_hold")},
                                            "/v3/contacts?cursor=abc"));
        }
        return json_reply(
            200, contacts({contact("p@example.org", "pending_confirmation"),
                           contact("n@example.org", "not_set"), Json{{"contact_id", "phone-only"}}}));
    });
    SeenContacts sink;
    PullRequest request;
    request.destination = list_id;
    auto mark = bench.run(bench.provider->pull(request, sink));
    REQUIRE(mark.has_value());
    CHECK(to_iso8601(mark->next_since) == "2026-03-01T09:55:00Z");
    REQUIRE(sink.all.size() == 5);
    const State wanted[] = {State::unsubscribed, State::deleted, State::on_hold, State::pending,
                            State::on_hold};
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(sink.all[i].state == wanted[i]);
        CHECK(!sink.all[i].on_list);
    }
    CHECK(sink.all[0].address == "a@example.org");
    CHECK(bench.calls() ==
          std::vector<std::string>{
              "GET /v3/contacts?limit=500&status=unsubscribed%2Ctemp_hold%2Cpending_confirmation"
              "%2Cnot_set%2Cdeleted&include_count=true",
              "GET /v3/contacts?cursor=abc"});
}

TEST_CASE("a later pull reads the changed contacts, and whether they are on the list",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request& r) -> result<http::Response> {
        if (r.url.target.find("optout_after=") != std::string::npos)
            return json_reply(200, contacts({contact("out@example.org", "unsubscribed")}));
        return json_reply(200, contacts({contact("in@example.org", "implicit", {"other", list_id}),
                                         contact("left@example.org", "explicit", {"other"})}));
    });
    SeenContacts sink;
    PullRequest request;
    request.destination = list_id;
    request.since = request.came_back_since = model::provider_time_from_unix(1772000000);
    REQUIRE(bench.run(bench.provider->pull(request, sink)).has_value());
    REQUIRE(sink.all.size() == 3);
    CHECK((sink.all[0].on_list == true && sink.all[0].state == State::mailable));
    CHECK((sink.all[1].on_list == false &&
           sink.all[1].contact_id == model::ContactId("id-of-left@example.org")));
    CHECK(sink.all[2].state == State::unsubscribed);
    CHECK(bench.calls().at(0) ==
          "GET /v3/contacts?limit=500&status=all&updated_after=2026-02-25T06%3A13%3A20Z"
          "&include=list_memberships&include_count=true");
}

TEST_CASE("a next page that leads elsewhere is not followed", "[unit][provider][constant_contact]") {
    for (const char* next :
         {"https://evil.example.org/v3/contacts?cursor=x", "/v3/contacts", "//evil.example.org/x"}) {
        CAPTURE(next);
        CHECK(!constant_contact::read_contacts(contacts(Json::array(), next)).has_value());
    }
    CHECK(constant_contact::read_contacts(R"({"contacts":[],"_links":null})").has_value());
    for (const char* body : {"{}", "[]", "{\"contacts\":7}", "{\"contacts\":[]} x", "{\"contacts\":[]", ""})
        CHECK(!constant_contact::read_contacts(body).has_value());
}

TEST_CASE("the account is checked without the scope that shows it", "[unit][provider][constant_contact]") {
    bool lists = true;
    ConstantContactBench bench([&](const http::Request& r) -> result<http::Response> {
        if (lists && r.url.target.find("contact_lists") != std::string::npos)
            return json_reply(200, R"({"lists":[]})");
        return json_reply(403, R"({"error_key":"access_denied","error_message":"Request forbidden."})");
    });
    auto account = bench.run(bench.provider->check_account());
    REQUIRE(account.has_value());
    CHECK(account->id == "application app");
    lists = false;
    account = bench.run(bench.provider->check_account());
    REQUIRE(!account.has_value());
    CHECK(account.error().code == Errc::auth);
    CHECK(account.error().text().find("Account Manager") != std::string::npos);
    CHECK(account.error().text().find("connection cc") != std::string::npos);
}

TEST_CASE("the destination has the standard fields and the account's own, and their names are learned",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request& r) -> result<http::Response> {
        if (r.method == http::Method::post)
            return json_reply(
                201, R"({"custom_field_id":"3","label":"Shoe Size","name":"shoe_size_1","type":"string"})");
        if (r.url.target.find("contact_lists/" + list_id) != std::string::npos)
            return json_reply(200,
                              R"({"list_id":")" + list_id + R"(","name":"Newsletter","membership_count":7})");
        if (r.url.target.find("custom_fields?limit=100") != std::string::npos)
            return json_reply(
                200,
                R"({"custom_fields":[{"custom_field_id":"1","label":"Customer Tier","name":"customer_tier","type":"single_select",
                "choices":[{"choice_label":"gold"}]}],"_links":{"next":{"href":"/v3/contact_custom_fields?cursor=2"}}})");
        if (r.url.target.find("cursor=2") != std::string::npos)
            return json_reply(200, R"({"custom_fields":[{"label":"Since","name":"since","type":"date"}]})");
        return json_reply(404, "[]");
    });
    auto d = bench.run(bench.provider->check_destination(list_id));
    REQUIRE(d.has_value());
    CHECK((d->name == "Newsletter" && d->members == 7));
    CHECK(std::count_if(d->fields.begin(), d->fields.end(),
                        [](const Field& f) { return f.name == "first_name"; }) == 1);
    CHECK(d->fields.back().name == "cf:since");
    CHECK(d->fields.front().id.empty());
    CHECK(d->fields[d->fields.size() - 2].id == "1");
    CHECK(d->had_members);
    CHECK(d->fields[d->fields.size() - 2].choices == std::vector<std::string>{"gold"});
    CHECK(bench.provider->field_name("Customer Tier") == "cf:customer_tier");
    REQUIRE(bench.run(bench.provider->create_fields(list_id, {"Shoe Size", "since"})).has_value());
    CHECK(bench.provider->field_name("Shoe Size") == "cf:shoe_size_1");
    CHECK(bench.traffic.writes == 1);
    auto none = bench.run(bench.provider->check_destination("00000000-0000-0000-0000-000000000000"));
    REQUIRE(!none.has_value());
    CHECK(none.error().code == Errc::not_found);
}

TEST_CASE("the lists of an account are read over pages; the fields are the account's",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request& r) {
        const std::string& target = r.url.target;
        if (target.find("custom_fields") != target.npos)
            return json_reply(
                200,
                R"({"custom_fields":[{"custom_field_id":"1","label":"Since","name":"since","type":"date"}]})");
        if (target.find("cursor=2") != target.npos)
            return json_reply(200, R"({"lists":[{"list_id":"two","name":"VIPs","membership_count":3}]})");
        return json_reply(
            200,
            R"({"lists":[{"list_id":"one","name":"News","membership_count":7}],"_links":{"next":{"href":"/v3/contact_lists?cursor=2"}}})");
    });
    const auto all = bench.run(bench.provider->list_destinations());
    REQUIRE(all.has_value());
    REQUIRE(all->size() == 2);
    CHECK((all->at(0).id == "one" && all->at(0).members == 7));
    CHECK((all->at(1).name == "VIPs" && all->at(1).fields.back().name == "cf:since"));
    ConstantContactBench elsewhere([](const http::Request&) {
        return json_reply(200, R"({"lists":[],"_links":{"next":{"href":"https://elsewhere.example/"}}})");
    });
    CHECK(elsewhere.run(elsewhere.provider->list_destinations()).error().code == Errc::bad_answer);
}

TEST_CASE("all segments feed the list, and each a tag if so wanted", "[unit][provider][constant_contact]") {
    model::Export e;
    e.destination = list_id;
    auto plain = constant_contact::layout_of(e, {"Gold", "Silver"}, {}, {});
    REQUIRE(plain.has_value());
    CHECK(plain->groups.size() == 1);
    CHECK(plain->groups[0].id == model::GroupId(list_id));
    CHECK(plain->joined_by_upsert == 1);
    CHECK(plain->of_segment == std::vector<std::uint64_t>{1, 1});
    e.tag_segments = true;
    auto tagged = constant_contact::layout_of(e, {"Gold", "Silver", "gold "}, {}, {{"t9", "SILVER"}});
    REQUIRE(tagged.has_value());
    REQUIRE(tagged->groups.size() == 3);
    CHECK(tagged->groups[1].id.empty());
    CHECK(tagged->groups[2].id == model::GroupId("t9"));
    CHECK(tagged->of_segment == std::vector<std::uint64_t>{3, 5, 3});
    for (int i = 0; i < 26; ++i) e.fields.push_back({"a", "f" + std::to_string(i)});
    CHECK(!constant_contact::layout_of(e, {"Gold"}, {}, {}).has_value());
}

TEST_CASE("ids come out of the table as they went in", "[unit][provider][constant_contact]") {
    constant_contact::IdTable table;
    table.add("a@example.org", "1618ae62-4752-11e9-9c8a-fa163e6b01c1");
    table.add("b@example.org", "no-uuid");
    table.add("c@example.org", "1618AE62-4752-11e9-9c8a-fa163e6b01c1");
    table.add("", "x");
    table.finish();
    CHECK(table.find("a@example.org") == "1618ae62-4752-11e9-9c8a-fa163e6b01c1");
    CHECK(table.find("b@example.org") == "no-uuid");
    CHECK(table.find("c@example.org") == "1618AE62-4752-11e9-9c8a-fa163e6b01c1");
    CHECK(table.find("d@example.org").empty());
    CHECK(table.size() == 3);
    CHECK(table.has({"no-uuid", "1618ae62-4752-11e9-9c8a-fa163e6b01c1", "", "x",
                     "1618ae62-4752-11e9-9c8a-fa163e6b01c2"}) ==
          std::vector<bool>{true, true, false, false, false});
}

}  // namespace audienced::unit::provider_constant_contact_reading_test
