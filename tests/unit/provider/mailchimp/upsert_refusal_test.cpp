// Rows and calls that Mailchimp refuses, or does not mention.
#include <catch2/catch.hpp>

#include "upsert_scene.hpp"

namespace audienced::unit::provider_mailchimp_upsert_refusal_test {

using namespace audienced;
using namespace audienced::test;
using Kind = model::Outcome::Kind;
using Class = model::RejectClass;

TEST_CASE("a refused call is bisected down to the row that caused it", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        for (const std::string& a : MailchimpBench::addresses(r))
            if (a == address(123) || a == address(300))
                return json_reply(
                    400, problem("Invalid Resource", "The resource submitted could not be validated."));
        return answer_each(r, [](const std::string&) { return Say{}; });
    };
    const auto o = upsert_outcomes(bench, upsert_batch(500));
    for (std::size_t i = 0; i < o.size(); ++i) {
        if (i == 123 || i == 300)
            CHECK((o[i].kind == Kind::rejected && o[i].code == "not_valid" &&
                   o[i].reject_class == Class::fix_data));
        else
            CHECK((o[i].kind == Kind::delivered && o[i].created));
    }
    CHECK(bench.traffic.writes < 40);
}

TEST_CASE("a refusal of every row ends the batch instead of rejecting five hundred rows",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request&) {
        return json_reply(400, problem("Bad Request", "Strange times."));
    };
    auto failed = bench.run(bench.provider->submit(upsert_batch(500)));
    REQUIRE(!failed.has_value());
    CHECK(failed.error().code == Errc::refused);
    CHECK(failed.error().message.find("Strange times") != std::string::npos);
    CHECK(bench.traffic.writes < 60);
}

TEST_CASE("a row that the answer does not mention is sent once more, then looked up",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        if (r.method == http::Method::get) {
            if (bench.asked("/members/").size() == 1)
                return json_reply(200, R"({"status":"cleaned","tags":[]})");
            return json_reply(404, problem("Resource Not Found", ""));
        }
        const bool first = MailchimpBench::addresses(r).size() > 3;
        return answer_each(r, [&](const std::string& a) -> Say {
            if (a == address(2) || a == address(3)) return {Say::nothing, ""};
            if (a == address(1) && first) return {Say::nothing, ""};
            return {Say::updated, "subscribed"};
        });
    };
    const auto o = upsert_outcomes(bench, upsert_batch(4));
    CHECK(o[0].kind == Kind::delivered);
    CHECK(o[1].kind == Kind::delivered);
    CHECK((o[2].kind == Kind::suppressed && o[2].opt_out == model::OptOutReason::cleaned));
    CHECK(
        (o[3].kind == Kind::rejected && o[3].code == "not_there" && o[3].reject_class == Class::retry_later));
    CHECK(bench.asked("/lists/a1b2c3d4e5?", http::Method::post).size() == 2);
    CHECK(MailchimpBench::addresses(bench.asked("/lists/a1b2c3d4e5?")[1]).size() == 3);
}

TEST_CASE("a row refused in unknown words is sent once alone", "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [&](const http::Request& r) -> result<http::Response> {
        const bool alone = MailchimpBench::addresses(r).size() == 1;
        return answer_each(r, [&](const std::string& a) -> Say {
            if (a == address(1) && !alone) return {Say::error, "The moon is wrong for " + a};
            if (a == address(2)) return {Say::error, "The sun is wrong for " + a};
            return {};
        });
    };
    const auto o = upsert_outcomes(bench, upsert_batch(3));
    CHECK(o[0].kind == Kind::delivered);
    CHECK(o[1].kind == Kind::delivered);
    CHECK((o[2].kind == Kind::rejected && o[2].reject_class == Class::retry_later &&
           o[2].code == "unexplained"));
    CHECK(o[2].detail == "The sun is wrong for (address)");
    CHECK(bench.traffic.writes == 3);
}

TEST_CASE("an audience that is gone, and a key that is refused, end the batch",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench;
    bench.serve = [](const http::Request&) { return json_reply(404, problem("Resource Not Found", "")); };
    CHECK(bench.run(bench.provider->submit(upsert_batch(2))).error().code == Errc::not_found);
    bench.serve = [](const http::Request&) { return json_reply(401, problem("API Key Invalid", "")); };
    const auto refused = bench.run(bench.provider->submit(upsert_batch(2)));
    CHECK(refused.error().code == Errc::auth);
    CHECK(refused.error().text().find("connection mc") != std::string::npos);
    CHECK(refused.error().text().find("audiencectl connection edit mc --api-key-file") != std::string::npos);
    CHECK(refused.error().text().find("0123456789abcdef") == std::string::npos);
}

}  // namespace audienced::unit::provider_mailchimp_upsert_refusal_test
