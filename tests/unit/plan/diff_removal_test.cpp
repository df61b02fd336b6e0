// What a member loses, and what keeps it.
#include <catch2/catch.hpp>

#include "unit/plan/diff_scene.hpp"

namespace audienced::unit::plan_diff_removal_test {

using namespace audienced;
using namespace audienced::plan;
using namespace audienced::test;
using model::CountedAs;
using Verdict = Diff::Verdict;

TEST_CASE("groups that another program gave are never taken, only cleared", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 1, 0));  // left, was foreign
    diff.add_ledger_entry(known(2, 20, 3, 1));  // group 2 foreign, no longer wanted
    CHECK(diff.classify_row(row(2, 20, 1)) == Verdict::known);
    const auto changes = by_member(diff, diff.finish());
    CHECK(changes.at(1).leave == 0);
    CHECK(changes.at(1).left);
    CHECK(changes.at(1).counted_as == CountedAs::none);
    CHECK(changes.at(2).leave == 0);
    CHECK(changes.at(2).forget == 2);
    CHECK(diff.counts().removed == 0);
    CHECK(diff.counts().unchanged == 1);
}

TEST_CASE("mode upsert never removes", "[unit][plan]") {
    DiffOptions o;
    o.mirror = false;
    o.run = 7;
    Diff diff(o);
    diff.add_ledger_entry(known(1, 10, 1, 1));
    diff.add_ledger_entry(known(2, 20, 3, 3));
    CHECK(diff.classify_row(row(2, 20, 1)) == Verdict::known);
    CHECK(diff.finish().empty());
    CHECK(diff.members_losing_groups() == 0);
}

TEST_CASE("a member whose row cannot be read loses nothing", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 3, 1));
    diff.add_ledger_entry(known(2, 20, 7, 3));
    diff.add_ledger_entry(known(3, 30, 1, 1));
    diff.protect(member(1));
    diff.protect(member(2));
    diff.protect(member(9));  // not known: nothing to keep
    // Another segment can be read, and asks for one group more.
    CHECK(diff.classify_row(row(2, 20, 8)) == Verdict::known);
    const auto changes = by_member(diff, diff.finish());
    REQUIRE(changes.size() == 2);
    CHECK(changes.at(2).join == 8);
    CHECK(changes.at(2).leave == 0);
    CHECK(changes.at(2).forget == 0);
    CHECK(!changes.at(2).left);
    CHECK(changes.at(3).left);
    CHECK(diff.counts().removed == 1);
    CHECK(diff.members_losing_groups() == 1);
    CHECK(diff.members_seen() == 1);
}

TEST_CASE("a removal that cannot be done now stays owed", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 1, 1));
    diff.add_ledger_entry(known(2, 20, 3, 3));
    diff.cannot_leave({member(1), member(2)});
    CHECK(diff.classify_row(row(2, 20, 2 | 4)) == Verdict::known);
    const auto changes = by_member(diff, diff.finish());
    REQUIRE(changes.size() == 1);
    CHECK(changes.at(2).join == 4);
    CHECK(changes.at(2).leave == 0);
    CHECK(diff.counts().removed == 0);
    CHECK(diff.counts().removals_put_off == 0);
    CHECK(diff.members_losing_groups() == 0);
}

TEST_CASE("removals that are put off are counted, and nothing else waits for them", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 1, 1));
    diff.add_ledger_entry(known(2, 20, 3, 3));
    diff.add_ledger_entry(known(3, 30, 1, 1));
    CHECK(diff.classify_row(row(2, 20, 2 | 4)) == Verdict::known);
    CHECK(diff.classify_row(row(3, 30, 1)) == Verdict::known);
    const auto changes = by_member(diff, diff.finish(true));
    REQUIRE(changes.size() == 1);
    CHECK(changes.at(2).join == 4);
    CHECK(changes.at(2).leave == 0);
    CHECK(diff.counts().removals_put_off == 2);
    CHECK(diff.counts().removed == 0);
    CHECK(diff.counts().updated == 1);
    CHECK(diff.counts().unchanged == 1);
    CHECK(diff.members_losing_groups() == 0);
}

TEST_CASE("memberships that an export takes up make no member delivered", "[unit][plan]") {
    Diff diff(of_run(7));
    LedgerEntry taken_up{member(1), 0, 0, 1, 7, CountedAs::added};
    taken_up.delivered = false;
    diff.add_ledger_entry(taken_up);
    taken_up.member = member(2);
    diff.add_ledger_entry(taken_up);
    CHECK(diff.classify_row(row(1, 0, 1)) == Verdict::added);
    const auto changes = by_member(diff, diff.finish());
    REQUIRE(changes.size() == 1);
    CHECK(changes.at(2).leave == 1);
    CHECK(changes.at(2).counted_as == CountedAs::removed);
    CHECK(diff.joins_of(member(1)) == 1);
    CHECK(diff.counts().added == 1);
    CHECK(diff.counts().removed == 1);
    CHECK(diff.done().added == 0);
}

}  // namespace audienced::unit::plan_diff_removal_test
