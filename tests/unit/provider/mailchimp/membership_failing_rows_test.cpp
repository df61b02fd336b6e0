// One contact for which Mailchimp answers 500 kept all others of a tag call from being tagged or untagged.
#include <catch2/catch.hpp>

#include "mailchimp_bench.hpp"

namespace audienced::unit::provider_mailchimp_membership_failing_rows_test {

using namespace audienced;
using namespace audienced::test;
using Json = nlohmann::json;
using Kind = model::Outcome::Kind;

namespace {

const char* const internal =
    R"({"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Something broke."})";

Json shown(const Json& addresses) {
    Json out = Json::array();
    for (const auto& a : addresses) out.push_back({{"email_address", a}, {"status", "subscribed"}});
    return out;
}

http::Response change_or_fail(const http::Request& r, const std::string& failing) {
    if (r.body.find(failing) != std::string::npos) return json_reply(500, internal);
    const Json body = Json::parse(r.body);
    return json_reply(200, Json{{"members_added", shown(body.value("members_to_add", Json::array()))},
                                {"members_removed", shown(body.value("members_to_remove", Json::array()))},
                                {"errors", Json::array()}}
                               .dump());
}

}  // namespace

TEST_CASE("one contact whose tag call fails costs that member, not those beside it",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        if (r.method == http::Method::get) return json_reply(200, R"({"id":"a1","name":"x"})");
        return change_or_fail(r, "\"" + address(3) + "\"");
    });
    auto submitted = bench.run(bench.provider->submit(tag_batch(40, 10)));
    REQUIRE(submitted.has_value());
    for (std::size_t i = 0; i < 50; ++i) {
        CAPTURE(i);
        CHECK(submitted->outcomes[i].kind == (i == 3 ? Kind::rejected : Kind::delivered));
    }
    CHECK(submitted->outcomes[3].code == "provider_fails");
    CHECK(submitted->outcomes[3].reject_class == model::RejectClass::retry_later);
    CHECK(submitted->outcomes[3].detail.find("Something broke.") != std::string::npos);
}

TEST_CASE("a leaver whose bulk call fails is untagged by a call of its own, or stays owed",
          "[unit][provider][mailchimp]") {
    for (const bool single_passes : {true, false}) {
        CAPTURE(single_passes);
        MailchimpBench bench([&](const http::Request& r) {
            if (r.url.target.ends_with("/tags"))
                return single_passes ? reply(204) : json_reply(500, internal);
            if (r.url.target.find("/members/") != std::string::npos)
                return json_reply(200, R"({"status":"subscribed","tags":[{"id":77}],"tags_count":1})");
            if (r.method == http::Method::get) return json_reply(200, R"({"id":77,"name":"VIP"})");
            return change_or_fail(r, "gone2@");
        });
        auto submitted = bench.run(bench.provider->submit(tag_batch(5, 6)));
        REQUIRE(submitted.has_value());
        for (std::size_t i = 0; i < 11; ++i) {
            CAPTURE(i);
            if (i != 7) CHECK(submitted->outcomes[i].kind == Kind::delivered);
        }
        CHECK(submitted->outcomes[7].kind == (single_passes ? Kind::delivered : Kind::rejected));
        if (single_passes) continue;
        CHECK(submitted->outcomes[7].code == "not_confirmed");
        CHECK(submitted->outcomes[7].detail.find("Something broke.") != std::string::npos);
    }
}

TEST_CASE("an outage of the tag calls is waited out, and no member is rejected for it",
          "[unit][provider][mailchimp]") {
    for (const bool reads_pass : {true, false}) {
        CAPTURE(reads_pass);
        MailchimpBench bench([&](const http::Request& r) {
            if (r.method == http::Method::get && reads_pass) return json_reply(200, R"({"id":"a1"})");
            return json_reply(500, internal);
        });
        const SysTime begin = bench.time.now();
        auto failed = bench.run(bench.provider->submit(tag_batch(20, 20)));
        REQUIRE(!failed.has_value());
        CHECK(failed.error().safe_to_retry);
        CHECK(bench.time.now() - begin >= std::chrono::minutes{15});
        CHECK(bench.time.now() - begin < std::chrono::minutes{17});
    }
}

}  // namespace audienced::unit::provider_mailchimp_membership_failing_rows_test
