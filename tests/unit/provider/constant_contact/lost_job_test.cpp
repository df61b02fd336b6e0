#include "provider/constant_contact/lost_job.hpp"

#include <catch2/catch.hpp>

#include "constant_contact_bench.hpp"

namespace audienced::unit::provider_constant_contact_lost_job_test {

using namespace audienced;
using namespace audienced::test;
using namespace audienced::provider;
using namespace audienced::provider::constant_contact;
using Json = nlohmann::json;

namespace {

Json listed(std::string id, const char* created, Json status, const char* state = "completed") {
    return {{"activity_id", id}, {"state", state}, {"created_at", created}, {"status", status}};
}

Json import(std::uint64_t total) {
    return {{"items_total_count", total}, {"person_count", 0}};
}

LostJob wanted() {
    LostJob job;
    job.destination = list_id;
    job.rows = 40;
    job.not_before = model::provider_time_from_unix(1'772'359'200);  // 10:00:00
    job.other_tickets = {"other", "members;added;removed;3,"};
    return job;
}

std::string find(std::vector<Json> jobs) {
    ConstantContactBench bench([&](const http::Request&) {
        return json_reply(200, Json{{"activities", Json(jobs)}}.dump());
    });
    auto found = bench.run(bench.provider->find_lost_job(wanted()));
    REQUIRE(found.has_value());
    return *found;
}

}  // namespace

TEST_CASE("an import whose answer was lost is found by its rows and its time",
          "[unit][provider][constant_contact]") {
    CHECK(find({}).empty());
    CHECK(find({listed("j", "2026-03-01T10:00:05Z", import(41))}) == "j");
    CHECK(find({listed("j", "2026-03-01T09:59:00Z", import(41))}) == "j");
    CHECK(find({listed("j", "2026-03-01T09:58:59Z", import(41))}).empty());
    CHECK(find({listed("j", "", import(41))}).empty());
    for (const std::uint64_t total : {40u, 42u, 0u})
        CHECK(find({listed("j", "2026-03-01T10:00:05Z", import(total))}).empty());
    for (const char* known : {"other", "added", "removed"})
        CHECK(find({listed(known, "2026-03-01T10:00:05Z", import(41))}).empty());
    CHECK(find({listed("late", "2026-03-01T10:00:09Z", import(41)),
                listed("early", "2026-03-01T10:00:05Z", import(41)),
                listed("mid", "2026-03-01T10:00:07Z", import(41))}) == "early");
}

TEST_CASE("a job that counts nothing yet may be the lost import, and one that changes lists is none",
          "[unit][provider][constant_contact]") {
    const char* now = "2026-03-01T10:00:05Z";
    for (const char* state : {"initialized", "processing", "failed", "timed_out", "cancelled"})
        CHECK(find({listed("j", now, Json::object(), state)}) == "j");
    CHECK(find({listed("j", now, Json::object())}).empty());
    CHECK(find({listed("j", now, {{"cannot_add_to_list_count", 0}})}) == "j");
    CHECK(find({listed("j", now, {{"items_total_count", 41}, {"list_count", 1}})}).empty());
    CHECK(find({listed("j", now, {{"items_total_count", 41}})}) == "j");
}

TEST_CASE("all pages of jobs are read", "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request& r) {
        const bool first = r.url.target.find("cursor=") == std::string::npos;
        Json page{{"activities", Json::array({listed(first ? "j9" : "j3",
                                                     first ? "2026-03-01T10:09:00Z" : "2026-03-01T10:03:00Z",
                                                     import(41))})}};
        if (first) page["_links"]["next"]["href"] = "/v3/activities?limit=500&cursor=500";
        return json_reply(200, page.dump());
    });
    CHECK(*bench.run(bench.provider->find_lost_job(wanted())) == "j3");
    CHECK(bench.traffic.writes == 0);
}

}  // namespace audienced::unit::provider_constant_contact_lost_job_test
