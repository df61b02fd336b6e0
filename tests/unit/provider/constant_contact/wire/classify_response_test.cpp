#include <catch2/catch.hpp>

#include "provider/constant_contact/wire/classify_response.hpp"
#include "unit/provider/constant_contact/constant_contact_bench.hpp"

namespace audienced::unit::provider_constant_contact_wire_classify_response_test {

using namespace audienced;
using namespace audienced::test;
using namespace audienced::provider;
using constant_contact::is_queue_full;
using VerdictKind = Verdict::Kind;

TEST_CASE("every answer is classified as one of a few actions", "[unit][provider][constant_contact]") {
    struct Row {
        unsigned status;
        const char* body;
        VerdictKind kind;
    };
    const Row rows[] = {
        {200, R"({"contacts":[]})", VerdictKind::answer},
        {201, R"({"activity_id":"x"})", VerdictKind::answer},
        {200, "<html>", VerdictKind::try_again},
        {200, "", VerdictKind::try_again},
        {302, "", VerdictKind::fail},
        {400, R"([{"error_key":"contacts.api.validation.error"}])", VerdictKind::answer},
        {401, R"({"error_key":"unauthorized","error_message":"Unauthorized"})", VerdictKind::unauthorised},
        {403, R"({"error_key":"access_denied","error_message":"x"})", VerdictKind::answer},
        {403, R"({"message":"Forbidden"})", VerdictKind::fail},
        {403, "<html>Cloudflare</html>", VerdictKind::slow_down},
        {404, R"([{"error_key":"contacts.api.not_found"}])", VerdictKind::answer},
        {409, R"([{"error_key":"contacts.api.conflict"}])", VerdictKind::answer},
        {429, R"({"error_key":"throttled","error_message":"Too Many Requests"})", VerdictKind::slow_down},
        {429, R"({"error_key":"quota_exceeded","error_message":"Limit Exceeded"})", VerdictKind::quota_spent},
        {429, R"([{"error_key":"activities.api.too_many","error_message":"queue"}])", VerdictKind::fail},
        {429, "", VerdictKind::slow_down},
        {500, "<html>", VerdictKind::try_again},
        {503, R"({"message":"x"})", VerdictKind::try_again},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status, row.body);
        const Verdict v = constant_contact::classify_response(reply(row.status, row.body));
        CHECK(v.kind == row.kind);
        CHECK(is_queue_full(v.error) == (row.status == 429 && v.kind == VerdictKind::fail));
    }
}

TEST_CASE("a full queue of jobs is waited for, and then given up", "[unit][provider][constant_contact]") {
    unsigned full = 3;
    ConstantContactBench bench([&](const http::Request&) -> result<http::Response> {
        if (full > 0) {
            --full;
            return json_reply(429,
                              R"([{"error_key":"activities.api.too_many","error_message":"1000 queued"}])");
        }
        return json_reply(201, job("j1", "initialized"));
    });
    const SysTime begin = bench.time.now();
    SECTION("it drains") {
        auto submitted = bench.run(bench.provider->submit(import_batch(2)));
        REQUIRE(submitted.has_value());
        CHECK(submitted->ticket == "j1");
        CHECK(bench.time.now() - begin >= std::chrono::seconds{90});
    }
    SECTION("it does not") {
        full = 1000;
        auto submitted = bench.run(bench.provider->submit(import_batch(2)));
        REQUIRE(!submitted.has_value());
        CHECK(submitted.error().code == Errc::rate_limited);
        CHECK(submitted.error().safe_to_retry);
    }
}

TEST_CASE("a spent day is waited for until midnight UTC", "[unit][provider][constant_contact]") {
    bool spent = true;
    ConstantContactBench bench([&](const http::Request&) -> result<http::Response> {
        if (std::exchange(spent, false))
            return json_reply(429, R"({"error_key":"quota_exceeded","error_message":"Limit Exceeded"})");
        return json_reply(201, job("j1", "initialized"));
    });
    REQUIRE(bench.run(bench.provider->submit(import_batch(2))).has_value());
    CHECK(to_iso8601(bench.time.now()).starts_with("2026-03-02T00:00"));
    CHECK(bench.limiters.all().at(0)->share_key() == "constant-contact/app");
}

}  // namespace audienced::unit::provider_constant_contact_wire_classify_response_test
