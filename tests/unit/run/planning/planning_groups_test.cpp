// Which groups a plan lets members join and leave.
#include "run/planning/planning.hpp"

#include <catch2/catch.hpp>

#include "unit/run/planning/plan_scene.hpp"

namespace audienced::unit::run_planning_planning_groups_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

namespace {

const std::vector<std::vector<std::string>> two{{"ann@example.org", "Ann"}, {"bob@example.org", "Bob"}};

}  // namespace

TEST_CASE("a member that moves between segments joins one group and leaves the other, counted once",
          "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({two[0]});
    s.rows({two[1]}, "lapsed");
    const auto plan = s.plan();
    REQUIRE(plan);
    CHECK(s.regrouped() == Texts{"join 1 bob@example.org", "leave 0 bob@example.org"});
    CHECK(s.written.regroups[0].record.counted_as == model::CountedAs::updated);
    CHECK(s.written.regroups[1].record.counted_as == model::CountedAs::none);
    CHECK_FALSE(s.written.regroups[1].record.left);
    CHECK(s.written.regroups[0].record.sent.contact_id.text() == "id-bob@example.org");
    CHECK(s.written.regroups[0].record.sent.known);
    CHECK(plan->planned.updated == 1);
    CHECK(plan->figures.members_losing_groups == 1);
}

TEST_CASE("a member that left every segment leaves what we gave, and the rest is forgotten without a call",
          "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.rows({});
    SECTION("both groups are ours") {
        s.deliver(3, 3);
        const auto plan = s.plan();
        CHECK(s.regrouped().size() == 4);
        CHECK(s.written.regroups[0].record.kind == spool::Record::Kind::leave);
        CHECK(s.written.regroups[0].record.counted_as == model::CountedAs::removed);
        CHECK(s.written.regroups[1].record.counted_as == model::CountedAs::none);
        CHECK(s.written.regroups[0].record.left);
        CHECK(plan->planned.removed == 2);
        CHECK(plan->settled.removed == 0);
    }
    SECTION("one of them is not ours") {
        s.deliver(3, 1);
        const auto plan = s.plan();
        const auto changes = s.regrouped();
        CHECK(std::count(changes.begin(), changes.end(), "leave 0 ann@example.org") == 1);
        CHECK(std::count(changes.begin(), changes.end(), "leave 1 ann@example.org") == 0);
        for (const auto& change : s.written.regroups)
            if (change.record.kind == spool::Record::Kind::forget) CHECK(change.record.groups == 2);
        CHECK(plan->planned.removed == 2);
    }
    SECTION("neither is ours: the row alone goes, without a call and uncounted") {
        s.deliver(0, 0);
        const auto plan = s.plan();
        CHECK(s.regrouped().size() == 2);
        for (const auto& change : s.written.regroups) {
            CHECK(change.bit == -1);
            CHECK(change.record.kind == spool::Record::Kind::forget);
            CHECK(change.record.left);
            CHECK(change.record.counted_as == model::CountedAs::none);
        }
        CHECK(plan->planned.removed == 0);
    }
    SECTION("mode upsert takes nothing away") {
        s.deliver(3, 3);
        s.input.definition.mode = model::Mode::upsert;
        const auto plan = s.plan();
        CHECK(s.regrouped().empty());
        CHECK(plan->planned.removed == 0);
    }
    SECTION("a group that is gone at the provider has no members to take out") {
        s.deliver(3, 3);
        for (store::GroupRow& row : s.input.groups.groups) row = {row.bit, {}, {}, {}, false, false, true};
        s.plan();
        for (const auto& change : s.written.regroups) CHECK(change.record.kind != spool::Record::Kind::leave);
    }
}

TEST_CASE("a group that was made anew is joined again by those whose values are as delivered",
          "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.input.groups.groups[0].no = model::GroupNo();
    const auto plan = s.plan();
    CHECK(s.upserted().empty());
    CHECK(s.regrouped().size() == 2);
    CHECK(plan->planned.updated == 2);
}

TEST_CASE("an upsert that joins the list by itself is followed by no join", "[unit][run]") {
    PlanScene s;
    s.tags(1, true);
    s.input.groups.layout.of_segment = {1, 1};
    s.input.groups.layout.joined_by_upsert = 1;
    s.rows(two);
    REQUIRE(s.plan());
    CHECK(s.upserted().size() == 2);
    CHECK(s.regrouped().empty());
    s.deliver(0, 0);  // known, and not on the list: the upsert puts them there
    REQUIRE(s.plan());
    CHECK(s.upserted().size() == 2);
}

}  // namespace audienced::unit::run_planning_planning_groups_test
