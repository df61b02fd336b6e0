// One address for which Mailchimp itself answers 500 kept the whole batch from being delivered, in every run.
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "mailchimp_bench.hpp"

namespace audienced::unit::provider_mailchimp_upsert_failing_rows_test {

using namespace audienced;
using namespace audienced::test;
using Json = nlohmann::json;
using Kind = model::Outcome::Kind;

namespace {

const char* const deep =
    R"({"type":"about:blank","title":"Internal Server Error","status":500,"detail":"A deep, internal error has occurred during the processing of your request."})";

http::Response take_all(const http::Request& r) {
    Json out{{"new_members", Json::array()}, {"updated_members", Json::array()}, {"errors", Json::array()}};
    for (const std::string& a : MailchimpBench::addresses(r))
        out["new_members"].push_back({{"email_address", a}, {"status", "subscribed"}});
    return json_reply(200, out.dump());
}

/// Takes every call but those that hold one of these members.
std::function<result<http::Response>(const http::Request&)> failing_for(std::set<std::size_t> rows) {
    return [rows](const http::Request& r) -> result<http::Response> {
        if (r.method == http::Method::get) return json_reply(200, R"({"id":"a1b2c3d4e5","name":"x"})");
        for (const std::string& a : MailchimpBench::addresses(r))
            for (const std::size_t row : rows)
                if (a == address(row)) return json_reply(500, deep);
        return take_all(r);
    };
}

void check_outcomes(const std::vector<model::Outcome>& outcomes, const std::set<std::size_t>& failing) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        CAPTURE(i, outcomes[i].code);
        CHECK(outcomes[i].kind == (failing.contains(i) ? Kind::rejected : Kind::delivered));
        if (!failing.contains(i)) continue;
        CHECK(outcomes[i].reject_class == model::RejectClass::retry_later);
        CHECK(outcomes[i].code == "provider_fails");
        CHECK(outcomes[i].detail.find("A deep, internal error has occurred") != std::string::npos);
    }
}

}  // namespace

TEST_CASE("one address that makes Mailchimp fail costs that member, wherever it stands in the batch",
          "[unit][provider][mailchimp]") {
    for (const std::size_t at : {0u, 7u, 19u}) {
        CAPTURE(at);
        MailchimpBench bench(failing_for({at}));
        const SysTime begin = bench.time.now();
        auto submitted = bench.run(bench.provider->submit(upsert_batch(20)));
        REQUIRE(submitted.has_value());
        check_outcomes(submitted->outcomes, {at});
        CHECK(bench.time.now() - begin < std::chrono::minutes{2});
    }
}

TEST_CASE("several such addresses in a full batch are found in few calls", "[unit][provider][mailchimp]") {
    const std::set<std::size_t> failing{0, 1, 250, 251, 252, 499};
    MailchimpBench bench(failing_for(failing));
    auto submitted = bench.run(bench.provider->submit(upsert_batch(500)));
    REQUIRE(submitted.has_value());
    check_outcomes(submitted->outcomes, failing);
    CHECK(bench.traffic.writes < 150);
}

TEST_CASE("sixty such addresses at once do not end the batch, nor take an hour",
          "[unit][provider][mailchimp]") {
    std::set<std::size_t> failing;
    for (std::size_t i = 0; i < 60; ++i) failing.insert(i * 8);
    MailchimpBench bench(failing_for(failing));
    const SysTime begin = bench.time.now();
    auto submitted = bench.run(bench.provider->submit(upsert_batch(500)));
    REQUIRE(submitted.has_value());
    check_outcomes(submitted->outcomes, failing);
    CHECK(bench.time.now() - begin < std::chrono::minutes{10});
}

TEST_CASE("such an address alone in its batch is given up only after all the patience, and while reads pass",
          "[unit][provider][mailchimp]") {
    for (const bool reads_pass : {true, false}) {
        CAPTURE(reads_pass);
        MailchimpBench bench([&](const http::Request& r) -> result<http::Response> {
            if (r.method == http::Method::get && reads_pass) return json_reply(200, R"({"id":"a1"})");
            return json_reply(500, deep);
        });
        const SysTime begin = bench.time.now();
        auto submitted = bench.run(bench.provider->submit(upsert_batch(1)));
        CHECK(bench.time.now() - begin >= std::chrono::minutes{15});
        REQUIRE(submitted.has_value() == reads_pass);
        if (reads_pass) check_outcomes(submitted->outcomes, {0});
    }
}

TEST_CASE("an outage rejects no member, whatever it looks like and whenever it begins",
          "[unit][provider][mailchimp]") {
    struct Outage {
        bool reads_pass, json;
        std::size_t calls_before;
    };
    for (const Outage& o : {Outage{false, true, 0}, Outage{true, true, 0}, Outage{true, false, 0},
                            Outage{false, true, 1}, Outage{false, false, 2}}) {
        CAPTURE(o.reads_pass, o.json, o.calls_before);
        std::size_t writes = 0;
        MailchimpBench bench([&](const http::Request& r) -> result<http::Response> {
            const bool post = r.method == http::Method::post;
            if (!post && o.reads_pass) return json_reply(200, R"({"id":"a1"})");
            if (post && ++writes <= o.calls_before) {
                // The call that fails at first and passes in halves: no proof against what comes later.
                return writes == 1 && o.calls_before > 1 ? reply(504, "<html>") : take_all(r);
            }
            return o.json ? json_reply(500, deep) : reply(502, "<html>");
        });
        if (o.calls_before == 1) {
            REQUIRE(bench.run(bench.provider->submit(upsert_batch(5))).has_value());
            bench.http.asked.clear();
        }
        const SysTime begin = bench.time.now();
        auto submitted = bench.run(bench.provider->submit(upsert_batch(20)));
        CHECK(bench.time.now() - begin >= std::chrono::minutes{15});
        if (submitted)
            for (const auto& each : submitted->outcomes) CHECK(each.kind != Kind::rejected);
        else
            CHECK(submitted.error().safe_to_retry);
        CHECK(bench.http.asked.size() < 300);
    }
}

}  // namespace audienced::unit::provider_mailchimp_upsert_failing_rows_test
