#include <catch2/catch.hpp>
#include <set>

#include "base/text.hpp"
#include "mailchimp_bench.hpp"

namespace audienced::unit::provider_mailchimp_reading_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::test;
using Json = nlohmann::json;

TEST_CASE("a key names its data center, and what is no key is refused without printing it",
          "[unit][provider][mailchimp]") {
    const Kind* kind = find_kind("mailchimp");
    REQUIRE(kind);
    CHECK(kind->title == "Mailchimp");
    CHECK(find_secret(kind->connection, "api_key"));
    CHECK(*kind->default_api_base("0123456789abcdef-us6") == "https://us6.api.mailchimp.com");
    CHECK(*kind->default_api_base("a-b-us21") == "https://us21.api.mailchimp.com");
    CHECK(kind->default_api_base("")->empty());
    for (const char* bad : {"0123456789abcdef", "secret-", "secret-us6.evil.com", "secret-us6/x",
                            "secret-US6", "secret-us6\n"}) {
        auto base = kind->default_api_base(bad);
        REQUIRE(!base.has_value());
        CHECK(base.error().code == Errc::usage);
        CHECK(base.error().text().find("secret") == std::string::npos);
    }
}

TEST_CASE("the account and the audience are described as they are", "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        if (r.url.target.starts_with("/3.0/?"))
            return json_reply(
                200, R"({"account_id":"8d3a3db4d97663a9074efcc16","account_name":"Acme","role":"owner"})");
        return json_reply(200, R"({"id":"a1b2c3d4e5","name":"Customers","stats":{"member_count":17}})");
    });
    auto account = bench.run(bench.provider->check_account());
    REQUIRE(account.has_value());
    CHECK(account->id == "8d3a3db4d97663a9074efcc16");
    CHECK(account->role == "owner");
    auto destination = bench.run(bench.provider->check_destination("a1b2c3d4e5"));
    REQUIRE(destination.has_value());
    CHECK(destination->name == "Customers");
    CHECK(destination->members == 17);
    REQUIRE(destination->fields.size() == 2);
    CHECK(!destination->had_members);
    CHECK(destination->fields[1].id == "7");
    CHECK(destination->fields[1].name == "LTV");
    CHECK(destination->fields[1].type == "number");
    CHECK(destination->fields[1].required);
    CHECK(destination->fields[1].choices == std::vector<std::string>{"a", "b"});
    CHECK(bench.traffic.writes == 0);
    bench.serve = [](const http::Request&) { return json_reply(404, problem("Resource Not Found", "")); };
    CHECK(bench.run(bench.provider->check_destination("nope")).error().code == Errc::not_found);
}

TEST_CASE("the audiences of an account are read over pages, each with its fields",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        return json_reply(
            200,
            r.url.target.find("offset=0") != std::string::npos
                ? R"({"lists":[{"id":"one","name":"Newsletter","stats":{"member_count":17}}],"total_items":2})"
                : R"({"lists":[{"id":"two","name":"VIPs","stats":{"member_count":3}}],"total_items":2})");
    });
    const auto all = bench.run(bench.provider->list_destinations());
    REQUIRE(all.has_value());
    REQUIRE(all->size() == 2);
    CHECK((all->at(0).name == "Newsletter" && all->at(0).members == 17));
    CHECK((all->at(1).id == "two" && all->at(1).members == 3));
    for (const Destination& one : *all) CHECK(one.fields.at(1).name == "LTV");
    CHECK(bench.traffic.writes == 0);
    bench.serve = [](const http::Request&) { return json_reply(200, R"({"lists":"none"})"); };
    CHECK(bench.run(bench.provider->list_destinations()).error().code == Errc::bad_answer);
}

TEST_CASE("a user who may not change an audience is told so where the role is read",
          "[unit][provider][mailchimp]") {
    for (const char* role : {"owner", "admin", "manager", "Viewer", "viewer", "author", "", "novel"}) {
        CAPTURE(role);
        MailchimpBench bench([&](const http::Request&) {
            return json_reply(200,
                              Json{{"account_id", "8d3a"}, {"account_name", "Acme"}, {"role", role}}.dump());
        });
        const auto account = bench.run(bench.provider->check_account());
        const std::string lower = ascii_lower(role);
        CHECK(account.has_value() == (lower != "viewer" && lower != "author"));
        if (account) continue;
        CHECK(account.error().code == Errc::refused);
        CHECK(account.error().message.find(std::string("role ") + role) != std::string::npos);
        CHECK(account.error().hint.find("Manager") != std::string::npos);
    }
}

TEST_CASE("what a person should know of an audience is said in sentences", "[unit][provider][mailchimp]") {
    for (const bool double_optin : {true, false}) {
        for (const bool permissions : {true, false}) {
            MailchimpBench bench([&](const http::Request&) {
                return json_reply(200, Json{{"id", "a1b2c3d4e5"},
                                            {"name", "Customers"},
                                            {"double_optin", double_optin},
                                            {"marketing_permissions", permissions}}
                                           .dump());
            });
            const auto destination = bench.run(bench.provider->check_destination("a1b2c3d4e5"));
            REQUIRE(destination.has_value());
            std::string all;
            for (const std::string& remark : destination->remarks) all += remark;
            CHECK((all.find("double opt-in") != std::string::npos) == double_optin);
            CHECK((all.find("GDPR") != std::string::npos) == permissions);
            CHECK(bench.asked("double_optin,marketing_permissions").size() == 1);
        }
    }
}

TEST_CASE("a saved segment that has the name of a tag is named", "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        if (r.method == http::Method::post)
            return json_reply(400, problem("Invalid Resource", "Sorry, that tag already exists."));
        if (r.url.target.find("type=static") != std::string::npos)
            return json_reply(200, R"({"segments":[],"total_items":0})");
        return json_reply(200, R"({"segments":[{"id":5,"name":"gold customers"}],"total_items":1})");
    });
    const auto taken = bench.run(bench.provider->make_group("a1", "Gold customers"));
    REQUIRE(!taken.has_value());
    CHECK(taken.error().message.find("saved segment") != std::string::npos);
    CHECK(taken.error().message.find("Sorry, that tag already exists.") != std::string::npos);
    CHECK(taken.error().hint.find("another title") != std::string::npos);
    const auto other = bench.run(bench.provider->make_group("a1", "Silver"));
    CHECK(other.error().message.find("saved segment") == std::string::npos);
}

TEST_CASE("missing merge fields are made, and one that another program made meanwhile is accepted",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        const Json body = Json::parse(r.body);
        if (body["tag"] == "TIER")
            return json_reply(400,
                              problem("Invalid Resource",
                                      "A Merge Field with the tag \"TIER\" already exists for this list."));
        return json_reply(200, R"({"merge_id":5,"tag":"CITY"})");
    });
    REQUIRE(bench.run(bench.provider->create_fields("a1", {"first_name", "tier", "city"})).has_value());
    const auto made = bench.asked("/merge-fields", http::Method::post);
    REQUIRE(made.size() == 2);
    CHECK(Json::parse(made[1].body)["type"] == "text");
    CHECK(bench.run(bench.provider->create_fields("a1", {"much_too_long"})).error().code == Errc::usage);
    bench.serve = [](const http::Request&) {
        return json_reply(400, problem("Invalid Resource", "Too many fields."));
    };
    auto refused = bench.run(bench.provider->create_fields("a1", {"city"}));
    CHECK(refused.error().code == Errc::refused);
    CHECK(refused.error().message.find("Too many fields") != std::string::npos);
}

TEST_CASE("tags are found over all pages and made once", "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        if (r.method == http::Method::post)
            return json_reply(400, problem("Invalid Resource", "Sorry, that tag already exists."));
        Json out{{"segments", Json::array()}, {"total_items", 1001}};
        if (r.url.target.find("offset=0&") != std::string::npos)
            for (int i = 0; i < 1000; ++i)
                out["segments"].push_back({{"id", i}, {"name", "t" + std::to_string(i)}});
        else
            out["segments"].push_back({{"id", 4788452}, {"name", "vip"}});
        return json_reply(200, out.dump());
    });
    model::Export definition;
    definition.destination = "a1";
    model::Group renamed, deleted;
    renamed.id = model::GroupId("5");
    renamed.title = "new";
    deleted.id = model::GroupId("99999");
    deleted.title = "VIP";
    auto kept = bench.run(bench.provider->find_groups(definition, {"VIP", "new"}, {renamed, deleted}));
    REQUIRE(kept.has_value());
    CHECK(kept->groups[0].id == model::GroupId("4788452"));
    CHECK(kept->groups[1].id == model::GroupId("5"));
    CHECK(kept->gone == std::vector<model::GroupId>{deleted.id});
    auto layout = bench.run(bench.provider->find_groups(definition, {"VIP", "new"}, {}));
    REQUIRE(layout.has_value());
    CHECK(layout->groups[0].id == model::GroupId("4788452"));
    CHECK(layout->groups[1].id.empty());
    CHECK(bench.traffic.writes == 0);

    auto same = bench.run(bench.provider->make_group("a1", "VIP"));
    REQUIRE(same.has_value());
    CHECK(same->id == model::GroupId("4788452"));
    CHECK(bench.run(bench.provider->make_group("a1", "absent")).error().code == Errc::refused);
    bench.serve = [](const http::Request&) { return json_reply(200, R"({"id":9,"name":"Fresh"})"); };
    CHECK(bench.run(bench.provider->make_group("a1", "Fresh"))->id == model::GroupId("9"));
}

TEST_CASE("a pull reads the contacts that must not be touched, then only changes",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        const auto at = r.url.target.find("status=") + 7;
        const std::string status = r.url.target.substr(at, r.url.target.find('&', at) - at);
        return json_reply(
            200,
            Json{{"members", Json::array({{{"email_address", status + "@Example.org"}, {"status", status}}})},
                 {"total_items", 1}}
                .dump());
    });
    Sink first;
    PullRequest request;
    request.destination = "a1";
    auto mark = bench.run(bench.provider->pull(request, first));
    REQUIRE(mark.has_value());
    CHECK(to_iso8601(mark->next_since) ==
          "2026-03-01T09:57:00Z");  // the server's clock, three minutes earlier
    REQUIRE(first.all.size() == 4);
    CHECK(first.all[0].address == "unsubscribed@example.org");
    CHECK(first.all[3].state == ContactStatus::State::archived);
    for (const auto& r : bench.http.asked)
        CHECK(r.url.target.find("since_last_changed") == std::string::npos);

    bench.http.asked.clear();
    request.since = model::provider_time_from_unix(1'772'359'200);
    request.came_back_since = model::provider_time_from_unix(1'772'000'000);
    Sink later;
    REQUIRE(bench.run(bench.provider->pull(request, later)).has_value());
    REQUIRE(later.all.size() == 5);
    CHECK(later.all[4].state == ContactStatus::State::mailable);
    CHECK(bench.asked("status=cleaned")
              .at(0)
              .url.target.find("since_last_changed=2026-03-01T10%3A00%3A00%2B00%3A00") != std::string::npos);
    CHECK(bench.asked("status=subscribed").at(0).url.target.find("2026-02-25") != std::string::npos);
    CHECK(bench.traffic.writes == 0);
}

TEST_CASE("every member under a tag is listed, page by page", "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        const std::size_t offset = std::stoul(r.url.target.substr(r.url.target.find("offset=") + 7));
        Json out{{"members", Json::array()}, {"total_items", 2500}};
        for (std::size_t i = offset; i < std::min<std::size_t>(offset + 1000, 2500); ++i)
            out["members"].push_back(
                {{"email_address", address(i)}, {"status", i % 2 ? "subscribed" : "unsubscribed"}});
        return json_reply(200, out.dump());
    });
    Sink sink;
    model::Group group;
    group.id = model::GroupId("77");
    REQUIRE(bench.run(bench.provider->list_members("a1", group, sink)).has_value());
    std::set<std::string> unique;
    for (const ContactStatus& s : sink.all) unique.insert(s.address);
    CHECK(unique.size() == 2500);
    CHECK(bench.http.asked[0].url.target.find("include_unsubscribed=true") != std::string::npos);
    bench.serve = [](const http::Request&) { return json_reply(404, problem("Resource Not Found", "")); };
    CHECK(bench.run(bench.provider->list_members("a1", group, sink)).error().code == Errc::not_found);
}

TEST_CASE("batches of a wrong shape are refused before anything is sent", "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request&) { return json_reply(200, "{}"); });
    CHECK(bench.run(bench.provider->submit(upsert_batch(0))).error().code == Errc::bug);
    CHECK(bench.run(bench.provider->submit(upsert_batch(501))).error().code == Errc::bug);
    CHECK(bench.run(bench.provider->submit(tag_batch(0, 501))).error().code == Errc::bug);
    auto nowhere = tag_batch(1, 0);
    nowhere.group.id.clear();
    CHECK(bench.run(bench.provider->submit(nowhere)).error().code == Errc::bug);
    CHECK(bench.http.asked.empty());
}

}  // namespace audienced::unit::provider_mailchimp_reading_test
