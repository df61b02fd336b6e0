// Values that a field cannot hold, or that the provider refused: they cost the value, not the member.
#include <catch2/catch.hpp>

#include "unit/run/planning/plan_scene.hpp"

namespace audienced::unit::run_planning_planning_values_test {

using namespace audienced;
using namespace audienced::test;

namespace {

const std::vector<std::string> bob{"bob@example.org", "Bob"};

}  // namespace

TEST_CASE(
    "a value that its field cannot hold is left out and named in every run, and its member is delivered",
    "[unit][run]") {
    PlanScene s;
    s.rules.rule = [](std::size_t, std::string_view value, std::string& rewritten) -> provider::Fit {
        if (value == "bad" || value == "worse")
            return provider::Fit::drop("not_a_name", "the field takes names");
        rewritten = std::string(value) + "!";
        return {provider::Fit::Kind::rewritten};
    };
    s.rows({{"ann@example.org", "bad"}, {"bob@example.org", "Bob"}, {"ann@example.org", "worse"}});
    auto plan = s.plan();
    REQUIRE(plan);
    CHECK(plan->planned.added == 2);
    CHECK(plan->planned.values_dropped == 1);  // the duplicate's value would not be sent
    CHECK(plan->settled.values_dropped == 1);
    CHECK(plan->planned.add_up());
    CHECK_FALSE(s.written.upserts[0].sent.values[0]);
    CHECK(s.written.upserts[1].sent.values[0] == "Bob!");
    REQUIRE(s.written.rejects.size() == 1);
    const store::Reject first = s.written.rejects[0];
    CHECK(first.field == "FNAME");
    CHECK(first.code == "not_a_name");
    CHECK(first.detail == "the field takes names");
    CHECK(first.reject_class == model::RejectClass::fix_data);
    CHECK(first.row == 1);
    CHECK(first.member == s.member("ann@example.org"));
    s.deliver(1, 1);

    // Another value that does not fit either: nothing to send, and it is named again.
    s.rows({{"ann@example.org", "worse"}, {"bob@example.org", "Bob"}});
    plan = s.plan();
    CHECK(plan->planned.unchanged == 2);
    CHECK(plan->planned.values_dropped == 1);
    CHECK(s.written.rejects.size() == 1);
    // The field takes it now: the member is sent with it.
    s.rules.rule = nullptr;
    plan = s.plan();
    CHECK(plan->planned.updated == 2);
    CHECK(plan->planned.values_dropped == 0);
}

TEST_CASE(
    "a value that the provider refused is named in every run, until it or another one of the member changes",
    "[unit][run]") {
    PlanScene s;
    s.rows({{"ann@example.org", "Ann"}, bob});
    REQUIRE(s.plan());
    store::DeferredReject refused;
    refused.member = s.member("ann@example.org");
    refused.values = s.written.upserts[0].values_hash;
    refused.field = "FNAME";
    refused.code = "merge_field";
    refused.detail = "Please enter a name";
    refused.is_value = true;
    refused.reject_class = model::RejectClass::fix_data;
    s.in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        return store::put_deferred(db, s.input.export_id, refused).has_value();
    });
    s.deliver(1, 1);
    auto plan = s.plan();
    CHECK(plan->planned.unchanged == 2);
    CHECK(plan->planned.values_dropped == 1);
    REQUIRE(s.written.rejects.size() == 1);
    CHECK(s.remembered(0).field == "FNAME");
    CHECK(s.remembered(0).code == "merge_field");
    CHECK(s.remembered(0).detail == "Please enter a name");
    CHECK(s.written.rejects[0].row == 1);
    s.rows({{"ann@example.org", "Anna"}, bob});
    plan = s.plan();
    CHECK(plan->planned.updated == 1);
    CHECK(plan->planned.values_dropped == 0);
    CHECK(s.written.upserts[0].sent.values[0] == "Anna");
}

TEST_CASE("a field that was made again at the provider is filled for every member", "[unit][run]") {
    PlanScene s;
    s.input.field_ids = {"1"};
    s.rows({{"ann@example.org", "Ann"}, bob});
    REQUIRE(s.plan());
    s.deliver(1, 1);
    CHECK(s.plan()->planned.unchanged == 2);
    s.input.field_ids = {"2"};
    CHECK(s.plan()->planned.updated == 2);
}

}  // namespace audienced::unit::run_planning_planning_values_test
