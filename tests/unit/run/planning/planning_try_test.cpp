// The plan of a try: one member, and nothing of any other.
#include "run/planning/planning.hpp"

#include <catch2/catch.hpp>

#include "unit/run/planning/plan_scene.hpp"

namespace audienced::unit::run_planning_planning_try_test {

using namespace audienced;
using namespace audienced::test;
using Texts = std::vector<std::string>;

namespace {

const std::vector<std::vector<std::string>> three{
    {"ann@example.org", "Ann"}, {"bob@example.org", "Bob"}, {"cid@example.org", "Cid"}};

/// As the control socket asks for it.
void try_member(PlanScene& s, const std::string& address) {
    s.input.options.only_member = s.member(address);
    s.input.options.full = true;
}

}  // namespace

TEST_CASE("a try plans its member alone, with the groups of all its segments", "[unit][run]") {
    PlanScene s;
    s.rows(three);
    s.rows({three[1], three[2]}, "lapsed");
    try_member(s, "bob@example.org");
    const auto plan = s.plan();
    REQUIRE(plan);
    CHECK(s.upserted() == Texts{"bob@example.org"});
    CHECK(s.regrouped() == Texts{"join 0 bob@example.org", "join 1 bob@example.org"});
    CHECK(plan->planned.read == 2);
    CHECK(plan->planned.duplicate == 1);
    CHECK(plan->planned.added == 1);
    CHECK(plan->planned.add_up());
}

TEST_CASE("a try sends a member that is as delivered, and takes nothing from those that left",
          "[unit][run]") {
    PlanScene s;
    s.rows(three);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({three[0]});
    try_member(s, "ann@example.org");
    const auto plan = s.plan();
    CHECK(s.upserted() == Texts{"ann@example.org"});
    CHECK(plan->planned.updated == 1);
    CHECK(plan->planned.removed == 0);
    CHECK(plan->figures.ledger == 1);
    CHECK(plan->figures.members_losing_groups == 0);
}

TEST_CASE("a try of a member that moved between segments moves it", "[unit][run]") {
    PlanScene s;
    s.rows(three);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({three[0]});
    s.rows({three[1]}, "lapsed");
    try_member(s, "bob@example.org");
    REQUIRE(s.plan());
    CHECK(s.regrouped() == Texts{"leave 0 bob@example.org", "join 1 bob@example.org"});
}

TEST_CASE("a try of a member in no segment plans nothing at all", "[unit][run]") {
    PlanScene s;
    s.rows(three);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({three[0]});
    for (const char* address : {"bob@example.org", "dan@example.org"}) {
        try_member(s, address);
        const auto plan = s.plan();
        REQUIRE(plan);
        CHECK(s.upserted().empty());
        CHECK(s.regrouped().empty());
        CHECK(s.written.finished == 0);
        CHECK(plan->figures.profiles == 0);
        CHECK(plan->planned == model::Counts());
    }
}

TEST_CASE("rows that cannot be read count in a try where they are its member's; others may still be it",
          "[unit][run]") {
    PlanScene s;
    s.rows({three[0], {"!", "line 2 is cut short"}, {"", "X"}, three[1]});
    try_member(s, "ann@example.org");
    const auto plan = s.plan();
    CHECK(plan->planned.read == 1);
    CHECK(plan->planned.invalid == 0);
    CHECK(plan->nameless == 1);
    CHECK(s.written.rejects.empty());
}

TEST_CASE("an opted-out member is not sent by a try either", "[unit][run]") {
    PlanScene s;
    s.rows(three);
    s.put_opt_out("ann@example.org", "unsubscribed");
    try_member(s, "ann@example.org");
    const auto plan = s.plan();
    CHECK(s.upserted().empty());
    CHECK(plan->planned.suppressed == 1);
    CHECK(plan->planned.add_up());
}

}  // namespace audienced::unit::run_planning_planning_try_test
