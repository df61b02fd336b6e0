#include "run/planning/plan_parts.hpp"

#include <catch2/catch.hpp>

#include "unit/run/planning/plan_scene.hpp"

namespace audienced::unit::run_planning_plan_parts_test {

using namespace audienced;
using namespace audienced::test;
using Rows = std::vector<std::vector<std::string>>;
using Count = std::optional<std::uint64_t>;

namespace {

const Rows three{{"ann@example.org", "Ann"}, {"bob@example.org", "Bob"}, {"cid@example.org", "Cid"}};

}  // namespace

TEST_CASE("a plan says for each segment its rows, its members, who joins and who leaves", "[unit][run]") {
    PlanScene s;
    s.rows(three);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    // Bob comes twice, and into the other segment too; cid leaves; dan and a row without an address come.
    s.rows({three[0], three[1], three[1], {"dan@example.org", "Dan"}, {"", "X"}});
    s.rows({three[1]}, "lapsed");
    const auto plan = s.plan();
    REQUIRE(plan);
    REQUIRE(plan->parts.size() == 2);
    const model::PlannedPart& buyers = plan->parts[0];
    CHECK(buyers.segment == "buyers");
    CHECK_FALSE(buyers.is_list);
    CHECK(buyers.profiles == Count(5));
    CHECK(buyers.members == Count(3));
    CHECK(buyers.joins == Count(1));
    CHECK(buyers.leaves == Count(1));
    const model::PlannedPart& lapsed = plan->parts[1];
    CHECK(lapsed.profiles == Count(1));
    CHECK(lapsed.members == Count(1));
    CHECK(lapsed.joins == Count(1));
    CHECK(lapsed.leaves == Count(0));
    REQUIRE(plan->leavers.size() == 1);
    CHECK(plan->leavers[0].member == s.member("cid@example.org"));
    CHECK(plan->leavers[0].parts == 1);
}

TEST_CASE("a complete plan tells who joins in truth, not that all are sent", "[unit][run]") {
    PlanScene s;
    s.rows(three);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.input.options.full = true;
    const auto plan = s.plan();
    CHECK(plan->planned.updated == 3);
    CHECK(plan->parts[0].joins == Count(0));
}

TEST_CASE("opted-out and refused members join nothing", "[unit][run]") {
    PlanScene s;
    s.rows(three);
    s.put_opt_out("ann@example.org", "unsubscribed");
    const auto plan = s.plan();
    CHECK(plan->parts[0].members == Count(3));
    CHECK(plan->parts[0].joins == Count(2));
}

TEST_CASE("a list is told with the members of all segments, which have no figures of their own",
          "[unit][run]") {
    PlanScene s;
    s.tags(1, true);
    s.input.groups.layout.of_segment = {1, 1};
    s.input.groups.layout.joined_by_upsert = 1;
    s.rows({three[0], three[1]});
    s.rows({three[1], three[2]}, "lapsed");
    const auto plan = s.plan();
    REQUIRE(plan);
    REQUIRE(plan->parts.size() == 3);
    CHECK(plan->parts[0].is_list);
    CHECK(plan->parts[0].segment.empty());
    CHECK(plan->parts[0].profiles == Count(4));
    CHECK(plan->parts[0].members == Count(3));
    CHECK(plan->parts[0].joins == Count(3));
    CHECK(plan->parts[0].leaves == Count(0));
    CHECK(plan->parts[2].members == Count(2));
    CHECK_FALSE(plan->parts[2].joins);
    CHECK_FALSE(plan->parts[2].leaves);
}

TEST_CASE("a tag that no segment feeds any more is told as long as members leave it", "[unit][run]") {
    PlanScene s;
    s.rows({three[0]});
    REQUIRE(s.plan());
    s.deliver(3, 3);
    s.input.groups.layout.of_segment = {1, 1};
    const auto plan = s.plan();
    REQUIRE(plan);
    REQUIRE(plan->parts.size() == 3);
    CHECK(plan->parts[2].title == "T1");
    CHECK(plan->parts[2].segment.empty());
    CHECK_FALSE(plan->parts[2].members);
    CHECK(plan->parts[2].leaves == Count(1));
    // The segments share a tag, whose figures are told once.
    CHECK(plan->parts[0].leaves == Count(0));
    CHECK_FALSE(plan->parts[1].leaves);
    REQUIRE(plan->leavers.size() == 1);
    CHECK(plan->leavers[0].parts == 4);
}

}  // namespace audienced::unit::run_planning_plan_parts_test
