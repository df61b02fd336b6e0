#include <catch2/catch.hpp>

#include "mailchimp_bench.hpp"

namespace audienced::unit::provider_mailchimp_membership_test {

using namespace audienced;
using namespace audienced::test;
using Json = nlohmann::json;
using Kind = model::Outcome::Kind;
using Class = model::RejectClass;

namespace {

const char* const none_subscribed =
    R"({"title":"Invalid Resource","status":400,"detail":"The resource submitted could not be validated.",
    "errors":[{"field":"members_to_add","message":"None of the emails provided were subscribed to the list"}]})";

Json list_of(const Json& body, const char* key) {
    return body.value(key, Json::array());
}

Json members(const Json& addresses) {
    Json out = Json::array();
    for (const auto& a : addresses)
        out.push_back({{"email_address", a}, {"status", "subscribed"}, {"_links", Json::array()}});
    return out;
}

http::Response changed(Json added, Json removed, Json errors = Json::array()) {
    Json out{{"members_added", members(added)}, {"members_removed", members(removed)}, {"errors", errors}};
    out["total_added"] = 0;  // counters are not to be trusted
    return json_reply(200, out.dump());
}

std::vector<model::Outcome> membership_outcomes(MailchimpBench& bench, const model::Batch& batch) {
    auto submitted = bench.run(bench.provider->submit(batch));
    REQUIRE(submitted.has_value());
    REQUIRE(submitted->outcomes.size() == batch.members.size() + batch.leavers.size());
    return submitted->outcomes;
}

}  // namespace

TEST_CASE("members are put in and leavers taken out in one call", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [](const http::Request& r) {
        const Json body = Json::parse(r.body);
        return changed(list_of(body, "members_to_add"), list_of(body, "members_to_remove"));
    };
    for (const auto& o : membership_outcomes(bench, tag_batch(3, 2)))
        CHECK((o.kind == Kind::delivered && !o.was_member));
    CHECK(bench.http.asked.size() == 1);
    CHECK(bench.http.asked[0].url.target == "/3.0/lists/a1b2c3d4e5/segments/77");
}

TEST_CASE(
    "a member that is in the tag already is preexisting, unless an earlier call of ours may have put it "
    "there",
    "[unit][provider][mailchimp]") {
    for (const bool resent : {false, true}) {
        MailchimpBench bench;
        bench.serve = [](const http::Request& r) {
            const Json body = Json::parse(r.body);
            return changed(Json::array(), Json::array(),
                           Json::array({{{"email_addresses", list_of(body, "members_to_add")},
                                         {"error", "Email addresses already exist in the static segment"}},
                                        {{"email_addresses", list_of(body, "members_to_remove")},
                                         {"error", "Email addresses do not exist in the static segment"}}}));
        };
        model::Batch batch = tag_batch(2, 2);
        batch.resent = resent;
        const auto o = membership_outcomes(bench, batch);
        for (const auto& each : o) CHECK(each.kind == Kind::delivered);
        CHECK(o[0].was_member == !resent);
        CHECK(!o[2].was_member);
    }
}

TEST_CASE("a lost answer makes 'already' say nothing", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        if (bench.http.asked.size() == 1) return make_error(Errc::timeout, "no answer in time");
        return changed(Json::array(), Json::array(),
                       Json::array({{{"email_addresses", list_of(Json::parse(r.body), "members_to_add")},
                                     {"error", "Email addresses already exist in the static segment"}}}));
    };
    const auto o = membership_outcomes(bench, tag_batch(1, 0));
    CHECK((o[0].kind == Kind::delivered && !o[0].was_member));
}

TEST_CASE("contacts that tags do not see yet are waited for", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) {
        if (r.method == http::Method::get) return json_reply(404, problem("Resource Not Found", ""));
        if (bench.asked("/segments/").size() < 4) return json_reply(400, none_subscribed);
        return changed(list_of(Json::parse(r.body), "members_to_add"), Json::array());
    };
    const SysTime begin = bench.time.now();
    for (const auto& o : membership_outcomes(bench, tag_batch(2, 0))) CHECK(o.kind == Kind::delivered);
    CHECK(bench.time.now() == begin + std::chrono::seconds{17});
}

TEST_CASE("contacts that never become visible are retried later", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) {
        if (r.method == http::Method::post) return json_reply(400, none_subscribed);
        if (bench.asked("/members/").size() == 1) return json_reply(404, problem("Resource Not Found", ""));
        if (bench.asked("/members/").size() == 2)
            return json_reply(200, R"({"status":"unsubscribed","tags":[]})");
        if (bench.asked("/members/").size() == 3)
            return json_reply(200, R"({"status":"subscribed","tags":[{"id":77,"name":"VIP"}]})");
        return json_reply(200, R"({"status":"subscribed","tags":[]})");
    };
    const auto o = membership_outcomes(bench, tag_batch(30, 0));
    CHECK((o[0].kind == Kind::rejected && o[0].reject_class == Class::retry_later &&
           o[0].code == "not_on_list"));
    CHECK((o[1].kind == Kind::suppressed && o[1].opt_out == model::OptOutReason::unsubscribed));
    CHECK(o[2].kind == Kind::delivered);
    for (std::size_t i = 3; i < 30; ++i) CHECK((o[i].kind == Kind::rejected && o[i].code == "not_visible"));
    CHECK(bench.asked("/members/").size() == 20);
    CHECK(bench.asked("/segments/77").size() == 4);
}

TEST_CASE("contacts that a shop made are not subscribed: they are not waited for, nor asked for again",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) {
        if (r.method == http::Method::post) return json_reply(400, none_subscribed);
        return json_reply(200, R"({"status":"transactional","tags":[],"tags_count":0})");
    };
    const SysTime begin = bench.time.now();
    for (const auto& o : membership_outcomes(bench, tag_batch(3, 0))) {
        CHECK((o.kind == Kind::rejected && o.reject_class == Class::fix_data && o.code == "not_subscribed"));
        CHECK(o.detail.starts_with("not subscribed at Mailchimp"));
    }
    CHECK(bench.time.now() == begin);
    CHECK(bench.asked("/members/").size() == 3);
}

TEST_CASE("leavers do not wait for members who are not visible", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) {
        if (r.method == http::Method::get) return json_reply(404, problem("Resource Not Found", ""));
        const Json body = Json::parse(r.body);
        if (body.contains("members_to_add")) return json_reply(400, none_subscribed);
        return changed(Json::array(), list_of(body, "members_to_remove"));
    };
    const auto o = membership_outcomes(bench, tag_batch(1, 2));
    CHECK(o[0].code == "not_on_list");
    CHECK(o[1].kind == Kind::delivered);
    CHECK(o[2].kind == Kind::delivered);
}

TEST_CASE("a member in no array of the answer is sent once more", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) {
        const Json body = Json::parse(r.body);
        if (bench.http.asked.size() == 1) return changed(Json::array({address(0)}), Json::array());
        CHECK(list_of(body, "members_to_add") == Json::array({address(1)}));
        return changed(Json::array(), Json::array(),
                       Json::array({{{"email_addresses", Json::array({address(1)})},
                                     {"error", "Email addresses already exist in the static segment"}}}));
    };
    const auto o = membership_outcomes(bench, tag_batch(2, 0));
    CHECK(o[0].kind == Kind::delivered);
    CHECK((o[1].kind == Kind::delivered && !o[1].was_member));
}

TEST_CASE(
    "the tag of a leaver that the bulk call skips is removed by a call for that contact, by its present "
    "name",
    "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) {
        if (r.url.target.ends_with("/tags")) {
            const Json body = Json::parse(r.body);
            CHECK(body["tags"] == Json::array({{{"name", "Very important"}, {"status", "inactive"}}}));
            CHECK(body["is_syncing"] == true);
            return reply(204);
        }
        if (r.method == http::Method::post) return json_reply(400, none_subscribed);
        if (r.url.target.find("/segments/77?") != std::string::npos)
            return json_reply(200, R"({"id":77,"name":"Very important"})");
        const std::size_t n = bench.asked("/members/", http::Method::get).size();
        if (n == 1)
            return json_reply(200,
                              R"({"status":"unsubscribed","tags":[{"id":77,"name":"x"}],"tags_count":1})");
        if (n == 2) return json_reply(200, R"({"status":"cleaned","tags":[{"id":8}],"tags_count":60})");
        if (n == 3) return json_reply(200, R"({"status":"subscribed","tags":[{"id":8}],"tags_count":1})");
        return json_reply(404, problem("Resource Not Found", ""));
    };
    for (const auto& o : membership_outcomes(bench, tag_batch(0, 4))) CHECK(o.kind == Kind::delivered);
    CHECK(bench.asked("/tags").size() == 2);
    CHECK(bench.asked("/segments/77?").size() == 1);
}

TEST_CASE("the removal of a tag from an archived contact stays owed until it is seen to have worked",
          "[unit][provider][mailchimp]") {
    for (const char* after : {R"({"status":"archived","tags":[{"id":77}],"tags_count":1})",
                              R"({"status":"archived","tags":[],"tags_count":0})", "refused"}) {
        CAPTURE(after);
        MailchimpBench bench;
        bench.serve = [&](const http::Request& r) {
            if (r.url.target.ends_with("/tags"))
                return std::string(after) == "refused" ? json_reply(405, problem("Method Not Allowed", ""))
                                                       : reply(204);
            if (r.method == http::Method::post) return json_reply(400, none_subscribed);
            if (r.url.target.find("/segments/77?") != std::string::npos)
                return json_reply(200, R"({"id":77,"name":"VIP"})");
            if (bench.asked("/tags").empty())
                return json_reply(200, R"({"status":"archived","tags":[{"id":77}],"tags_count":1})");
            return json_reply(200, after);
        };
        const model::Outcome o = membership_outcomes(bench, tag_batch(0, 1))[0];
        if (std::string(after).find("[]") != std::string::npos)
            CHECK(o.kind == Kind::delivered);
        else
            CHECK((o.kind == Kind::unknown && o.code == "archived_now"));
    }
}

TEST_CASE("a leaver that the untag call does not find counts as done only if the contact is gone",
          "[unit][provider][mailchimp]") {
    for (const bool renamed : {true, false}) {
        for (const bool there : {true, false}) {
            CAPTURE(renamed, there);
            MailchimpBench bench;
            bench.serve = [&](const http::Request& r) {
                if (r.url.target.find("/members/c9?") != std::string::npos && renamed)
                    return json_reply(200, R"({"email_address":"new@example.org","status":"subscribed"})");
                if (r.url.target.find("/segments/77?") != std::string::npos)
                    return json_reply(200, R"({"id":77,"name":"VIP"})");
                if (r.method == http::Method::get && there)
                    return json_reply(200, R"({"status":"unsubscribed","tags":[{"id":77}]})");
                if (r.method == http::Method::get || r.url.target.ends_with("/tags"))
                    return json_reply(404, problem("Resource Not Found", ""));
                return json_reply(400, none_subscribed);
            };
            model::Batch batch = tag_batch(0, 1);
            batch.leavers[0].contact_id = model::ContactId("c9");
            const model::Outcome o = membership_outcomes(bench, batch)[0];
            if (!renamed && !there)
                CHECK(o.kind == Kind::delivered);
            else
                CHECK((o.kind == Kind::rejected && o.reject_class == Class::retry_later &&
                       o.code == "not_confirmed"));
        }
    }
}

TEST_CASE("a tag that is gone is an error that says what happens next", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [](const http::Request&) { return json_reply(404, problem("Resource Not Found", "")); };
    auto failed = bench.run(bench.provider->submit(tag_batch(1, 0)));
    REQUIRE(!failed.has_value());
    CHECK(failed.error().code == Errc::not_found);
    CHECK(failed.error().text().find("VIP") != std::string::npos);
}

TEST_CASE("one address that a tag refuses does not hold up the others", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [](const http::Request& r) {
        const Json body = Json::parse(r.body);
        for (const auto& a : list_of(body, "members_to_add"))
            if (a == address(7))
                return json_reply(400, problem("Invalid Resource", "Please provide a valid email address."));
        return changed(list_of(body, "members_to_add"), list_of(body, "members_to_remove"));
    };
    const auto o = membership_outcomes(bench, tag_batch(50, 3));
    for (std::size_t i = 0; i < o.size(); ++i)
        CHECK(o[i].kind == (i == 7 ? Kind::rejected : Kind::delivered));
    CHECK(o[7].code == "bad_address");
}

}  // namespace audienced::unit::provider_mailchimp_membership_test
