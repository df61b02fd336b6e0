#include <catch2/catch.hpp>

#include "upsert_scene.hpp"

namespace audienced::unit::provider_mailchimp_upsert_test {

using namespace audienced;
using namespace audienced::test;
using Json = nlohmann::json;
using Kind = model::Outcome::Kind;
using Class = model::RejectClass;

TEST_CASE("every member of an upsert gets its own outcome", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [](const http::Request& r) {
        return answer_each(r, [](const std::string& a) -> Say {
            if (a == address(0)) return {Say::created, "subscribed"};
            if (a == address(1)) return {Say::updated, "subscribed"};
            if (a == address(2)) return {Say::updated, "unsubscribed"};
            if (a == address(3)) return {Say::updated, "archived"};
            if (a == address(4))
                return {Say::error, a + " looks fake or invalid, please enter a real email address."};
            return {Say::error, a + " was permanently deleted and cannot be re-imported."};
        });
    };
    const auto o = upsert_outcomes(bench, upsert_batch(6));
    CHECK((o[0].kind == Kind::delivered && o[0].created && !o[0].alarm));
    CHECK((o[1].kind == Kind::delivered && !o[1].created));
    CHECK((o[2].kind == Kind::suppressed && o[2].opt_out == model::OptOutReason::unsubscribed));
    CHECK((o[3].kind == Kind::suppressed && o[3].opt_out == model::OptOutReason::archived));
    CHECK((o[4].kind == Kind::rejected && o[4].code == "looks_fake" && o[4].reject_class == Class::fix_data));
    CHECK((o[5].kind == Kind::suppressed && o[5].opt_out == model::OptOutReason::deleted_for_good));
    CHECK(bench.traffic.writes == 1);
    for (const auto& each : o) CHECK(each.detail.find('@') == std::string::npos);
}

TEST_CASE("a known member that the answer counts as new raises the alarm, by name",
          "[unit][provider][mailchimp]") {
    for (const bool known : {true, false}) {
        for (const bool resent : {true, false}) {
            for (const char* status : {"subscribed", "unsubscribed"}) {
                CAPTURE(known, resent, status);
                MailchimpBench bench;
                bench.serve = [&](const http::Request& r) {
                    return answer_each(r, [&](const std::string&) { return Say{Say::created, status}; });
                };
                model::Batch batch = upsert_batch(1);
                batch.members[0].known = known;
                batch.resent = resent;
                const model::Outcome o = upsert_outcomes(bench, batch)[0];
                CHECK(o.alarm == (known && std::string(status) == "subscribed"));
                if (!o.alarm) continue;
                CHECK((o.kind == Kind::rejected && o.reject_class == Class::never));
                CHECK(o.code == "subscribed_again");
                CHECK(!o.detail.empty());
            }
        }
    }
}

TEST_CASE("a lost answer does not hide the alarm, nor does an error after it",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    int calls = 0;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        ++calls;
        if (calls == 1) return make_error(Errc::timeout, "no answer in time");
        if (calls == 3) return json_reply(401, problem("API Key Invalid", ""));
        return answer_each(r, [](const std::string&) { return Say{Say::created, "subscribed"}; });
    };
    model::Batch batch = upsert_batch(4);
    batch.members[1].known = true;
    const auto o = upsert_outcomes(bench, batch);
    CHECK((o[0].kind == Kind::delivered && !o[0].alarm));
    CHECK(o[1].alarm);
    CHECK(o[2].kind == Kind::unknown);
}

TEST_CASE("a known member whose address was changed at Mailchimp is held back without an alarm",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        if (r.method == http::Method::post)
            return answer_each(r, [](const std::string&) { return Say{Say::created, "subscribed"}; });
        if (r.url.target.find("/members/c0?") != std::string::npos)
            return json_reply(
                200, R"({"email_address":"Other@Example.org","status":"subscribed","contact_id":"c0"})");
        if (r.url.target.find("/members/c1?") != std::string::npos)
            return json_reply(200, R"({"email_address":"M1@example.org","status":"subscribed"})");
        if (r.url.target.find("/members/c3?") != std::string::npos) return json_reply(500, "{}");
        return json_reply(404, problem("Resource Not Found", ""));
    };
    model::Batch batch = upsert_batch(5);
    for (std::size_t i = 0; i < 4; ++i) {
        batch.members[i].known = true;
        batch.members[i].contact_id = model::ContactId("c" + std::to_string(i));
    }
    const auto o = upsert_outcomes(bench, batch);
    CHECK((o[0].kind == Kind::suppressed && o[0].opt_out == model::OptOutReason::address_changed));
    CHECK(o[0].contact_id == model::ContactId("c0"));
    CHECK((!o[0].alarm && o[0].detail.find('@') == std::string::npos));
    for (std::size_t i = 1; i < 4; ++i) CHECK((o[i].alarm && o[i].code == "subscribed_again"));
    CHECK(o[4].kind == Kind::delivered);
}

TEST_CASE("a contact that a shop made is rejected as not subscribed, and takes no tag later",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [](const http::Request& r) {
        return answer_each(r, [](const std::string& a) {
            return Say{Say::updated, a == address(0) ? "transactional" : "subscribed"};
        });
    };
    const auto o = upsert_outcomes(bench, upsert_batch(2));
    CHECK((o[0].kind == Kind::rejected && o[0].code == "not_subscribed" &&
           o[0].reject_class == Class::fix_data));
    CHECK(o[1].kind == Kind::delivered);
}

TEST_CASE("the contact id of an answer is kept", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request&) {
        return json_reply(200, R"({"new_members":[{"email_address":"m0@example.org","status":"subscribed",
            "contact_id":"c7","tags":[{"id":1,"name":"x"}],"tags_count":1}],"updated_members":[{"contact_id":"c8",
            "email_address":"m1@example.org","status":"unsubscribed"}],"errors":[]})");
    };
    const auto o = upsert_outcomes(bench, upsert_batch(2));
    CHECK(o[0].contact_id == model::ContactId("c7"));
    CHECK(o[1].contact_id == model::ContactId("c8"));
}

TEST_CASE("a failing call is repeated in halves, after a pause", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    std::vector<std::size_t> sizes;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        sizes.push_back(MailchimpBench::addresses(r).size());
        if (sizes.size() == 1) return reply(504, "<html>");
        if (sizes.size() == 2) return make_error(Errc::timeout, "no answer in time");
        return answer_each(r, [](const std::string&) { return Say{Say::updated, "subscribed"}; });
    };
    const SysTime begin = bench.time.now();
    for (const auto& o : upsert_outcomes(bench, upsert_batch(500))) CHECK(o.kind == Kind::delivered);
    CHECK(sizes == std::vector<std::size_t>{500, 250, 125, 125, 125, 125});
    CHECK(bench.time.now() > begin);
    sizes.assign(3, 0);
    upsert_outcomes(bench, upsert_batch(500));  // the lesson lasts
    CHECK(std::vector<std::size_t>(sizes.begin() + 3, sizes.end()) ==
          std::vector<std::size_t>{125, 125, 125, 125});
}

TEST_CASE("an unreachable provider is an error, and outcomes known before are returned",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bool down = true;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        if (down) return retryable(Errc::network, "connection refused");
        const auto sent = MailchimpBench::addresses(r);
        if (sent.size() < 4) return retryable(Errc::network, "connection refused");
        return answer_each(r, [](const std::string& a) {
            return a == address(3) ? Say{Say::nothing, ""} : Say{};
        });
    };
    const SysTime begin = bench.time.now();
    auto failed = bench.run(bench.provider->submit(upsert_batch(4)));
    REQUIRE(!failed.has_value());
    CHECK(failed.error().code == Errc::network);
    CHECK(failed.error().safe_to_retry);
    // One outage is waited out once, however many calls meet it.
    CHECK(bench.time.now() - begin >= std::chrono::minutes{15});
    CHECK(bench.time.now() - begin < std::chrono::minutes{17});

    down = false;
    const auto o = upsert_outcomes(bench, upsert_batch(4));
    for (int i = 0; i < 3; ++i) CHECK(o[static_cast<std::size_t>(i)].kind == Kind::delivered);
    CHECK(o[3].kind == Kind::unknown);
}

TEST_CASE("an answer that keeps failing is waited out as long as a network that is away",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        if (r.method == http::Method::get) return retryable(Errc::bad_answer, "unused");
        return reply(503, "<html>");
    };
    const SysTime begin = bench.time.now();
    auto failed = bench.run(bench.provider->submit(upsert_batch(500)));
    REQUIRE(!failed.has_value());
    CHECK(bench.time.now() - begin >= std::chrono::minutes{15});
    CHECK(bench.time.now() - begin < std::chrono::minutes{17});
}

TEST_CASE("number fields are sent as numbers, as the audience defines them", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [](const http::Request& r) {
        return answer_each(r, [](const std::string&) { return Say{}; });
    };
    model::Batch batch = upsert_batch(2);
    batch.fields = {"FNAME", "LTV"};
    batch.members[0].values = {"1", "12.5"};
    batch.members[1].values = {"2", "much"};
    upsert_outcomes(bench, batch);
    const Json sent = Json::parse(bench.asked("/lists/a1b2c3d4e5?")[0].body);
    CHECK(sent["members"][0]["merge_fields"] == Json::parse(R"({"FNAME":"1","LTV":12.5})"));
    CHECK(sent["members"][1]["merge_fields"] == Json::parse(R"({"FNAME":"2","LTV":"much"})"));
    upsert_outcomes(bench, batch);
    CHECK(bench.asked("/merge-fields?").size() == 1);
}

}  // namespace audienced::unit::provider_mailchimp_upsert_test
