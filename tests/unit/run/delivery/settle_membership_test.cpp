// What settling remembers of groups.
#include "run/delivery/settle.hpp"

#include "settle_scene.hpp"

namespace audienced::unit::run_delivery_settle_membership_test {

using namespace audienced;
using namespace audienced::test;
using model::CountedAs;
using model::Membership;
using model::Standing;
using Kind = spool::Record::Kind;
using Result = model::Outcome::Kind;

TEST_CASE("an upsert gives what it joins to this program, unless others gave it", "[unit][run]") {
    SettleScene s;
    s.in.kind = model::BatchKind::upsert;
    s.in.lists = {s.list};
    s.stand("bob@example.org", s.list, {Membership::others, 0});
    s.stand("cid@example.org", s.list, {Membership::ours, s.other});
    for (const char* address : {"ann@example.org", "bob@example.org", "cid@example.org"})
        s.settle({s.record(Kind::upsert, address, CountedAs::added, Result::delivered)});
    CHECK(s.standing("ann@example.org", s.list) == Standing{Membership::ours, s.own});
    CHECK(s.standing("bob@example.org", s.list) == Standing{Membership::others, 0});
    CHECK(s.standing("cid@example.org", s.list) == Standing{Membership::ours, s.own | s.other});
}

TEST_CASE("a group that a member joined through us is ours, one it was in before is not", "[unit][run]") {
    SettleScene s;
    for (const char* address : {"ann@example.org", "bob@example.org", "cid@example.org"})
        s.put_delivered(address);
    s.stand("cid@example.org", s.in.group, {Membership::ours, s.other});
    auto bob = s.record(Kind::join, "bob@example.org", CountedAs::updated, Result::delivered);
    bob.outcome.was_member = true;
    auto cid = s.record(Kind::join, "cid@example.org", CountedAs::none, Result::delivered);
    cid.outcome.was_member = true;
    const auto counts =
        s.settle({s.record(Kind::join, "ann@example.org", CountedAs::none, Result::delivered), bob, cid});
    CHECK(s.standing("ann@example.org", s.in.group) == Standing{Membership::ours, s.own});
    CHECK(s.standing("bob@example.org", s.in.group) == Standing{Membership::others, 0});
    CHECK(s.standing("cid@example.org", s.in.group) == Standing{Membership::ours, s.own | s.other});
    CHECK(counts.updated == 1);
    CHECK(s.delivered("bob@example.org")->last_run == s.in.run);
    CHECK(s.delivered("ann@example.org")->last_run == s.in.run - 1);
}

TEST_CASE("a join that fails turns the member's count into a reject, once", "[unit][run]") {
    SettleScene s;
    s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered)});
    auto failed = s.record(Kind::join, "ann@example.org", CountedAs::none, Result::rejected);
    failed.outcome.code = "not_visible";
    failed.outcome.reject_class = model::RejectClass::retry_later;
    s.settle({failed});
    const auto counts = s.settle({failed});  // a second group fails too
    CHECK(counts.added == 0);
    CHECK(counts.rejected == 1);
    CHECK(s.standing("ann@example.org", s.in.group).state == Membership::none);
    // A member whose upsert was refused was counted there.
    CHECK(s.settle({s.record(Kind::join, "bob@example.org", CountedAs::none, Result::rejected)}).rejected ==
          1);
}

TEST_CASE("a leaver loses what the call took, and what was delivered to it is forgotten", "[unit][run]") {
    SettleScene s;
    s.put_delivered("ann@example.org");
    s.stand("ann@example.org", s.in.groups[0], {Membership::ours, s.own});
    s.stand("ann@example.org", s.in.groups[1], {Membership::ours, s.own | s.other});
    auto leave = s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::delivered);
    leave.record.left = true;
    CHECK(s.settle({leave}).removed == 1);
    CHECK(s.standing("ann@example.org", s.in.groups[0]) == Standing{});
    CHECK_FALSE(s.delivered("ann@example.org"));
    // The other group is held by another export: let go without a call.
    s.in.group = s.in.groups[1];
    leave.record.counted_as = CountedAs::none;
    leave.called = false;
    CHECK(s.settle({leave}).removed == 1);
    CHECK(s.standing("ann@example.org", s.in.groups[1]) == Standing{Membership::ours, s.other});
}

TEST_CASE("a hold on what another export gave is an act when it comes and when it goes, called or not",
          "[unit][run]") {
    SettleScene s;
    const bool called = GENERATE(true, false);
    s.put_delivered("ann@example.org");
    s.stand("ann@example.org", s.in.group, {Membership::ours, s.other});
    auto join = s.record(Kind::join, "ann@example.org", CountedAs::none, Result::delivered);
    join.called = called;
    join.outcome.was_member = called;
    s.settle({join});
    CHECK(s.standing("ann@example.org", s.in.group) == Standing{Membership::ours, s.own | s.other});
    auto leave = s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::delivered);
    leave.called = false;
    s.settle({leave});
    CHECK(s.standing("ann@example.org", s.in.group) == Standing{Membership::ours, s.other});
    const auto acts = store::list_acts(s.state.db, s.in.run).value();
    REQUIRE(acts.size() == 2);
    for (const auto& act : acts) {
        REQUIRE(act.members.size() == 1);
        CHECK(act.members[0].hold);
        CHECK_FALSE(act.members[0].changed);
    }
    CHECK(acts[0].members[0].called == called);
    CHECK_FALSE(acts[1].members[0].called);
    // What is held already is no act without a call.
    s.stand("ann@example.org", s.in.group, {Membership::ours, s.own | s.other});
    join.called = false;
    s.settle({join});
    CHECK(store::list_acts(s.state.db, s.in.run).value().size() == 2);
}

TEST_CASE("a member that left a list through us is known to be off by no wish of its own", "[unit][run]") {
    SettleScene s;
    s.in.group = s.list;
    s.stand("ann@example.org", s.list, {Membership::ours, s.own});
    s.settle({s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::delivered)});
    CHECK(s.standing("ann@example.org", s.list) == Standing{Membership::off, 0});
    CHECK(
        store::opt_outs_of(s.state.db, s.in.destination, s.state.member("ann@example.org")).value().empty());
}

TEST_CASE("a leaver whose contact is in no group any more is done with, not removed in each run",
          "[unit][run]") {
    SettleScene s;
    s.in.group = GENERATE(false, true) ? s.list : s.in.groups[0];
    s.stand("ann@example.org", s.in.group, {Membership::ours, s.own});
    auto leave = s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::delivered);
    leave.called = false;  // the contact was deleted
    CHECK(s.settle({leave}).removed == 1);
    const auto after = s.standing("ann@example.org", s.in.group);
    CHECK(after.holders == 0);
    CHECK(after.state != Membership::ours);
    // What others gave, or took away, is let go as it is.
    s.stand("bob@example.org", s.in.group, {Membership::others, s.own});
    leave.record.member = s.state.member("bob@example.org");
    s.settle({leave});
    CHECK(s.standing("bob@example.org", s.in.group) == Standing{Membership::others, 0});
}

TEST_CASE("a removal that was refused stays owed", "[unit][run]") {
    SettleScene s;
    s.put_delivered("ann@example.org");
    const Standing before{Membership::ours, s.own};
    s.stand("ann@example.org", s.in.group, before);
    auto leave = s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::rejected);
    leave.record.left = true;
    SECTION("by the provider") {}
    SECTION("by the memory, since the contact is archived") {
        leave.called = false;
        leave.outcome.kind = Result::unknown;
        leave.outcome.code = "archived_now";
    }
    const auto counts = s.settle({leave});
    CHECK(counts.removed == 0);
    CHECK(counts.rejected == 0);  // not read: the sum of the read has no such member
    CHECK(s.standing("ann@example.org", s.in.group) == before);
    CHECK(s.delivered("ann@example.org"));
    CHECK(store::list_rejects(s.state.db, s.in.run, 10).value().size() == 1);
}

TEST_CASE("what a call without an answer for a member did is remembered as not known", "[unit][run]") {
    SettleScene s;
    s.put_delivered("ann@example.org");
    SECTION("it joined a group") {
        s.settle({s.record(Kind::join, "ann@example.org", CountedAs::updated, Result::unknown)});
        CHECK(s.standing("ann@example.org", s.in.group) == Standing{Membership::maybe, s.own});
    }
    SECTION("it left a list: not to be taken for the person's leaving") {
        s.in.group = s.list;
        s.stand("ann@example.org", s.list, {Membership::ours, s.own});
        s.settle({s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::unknown)});
        CHECK(s.standing("ann@example.org", s.list) == Standing{Membership::maybe_gone, s.own});
    }
    SECTION("it was upserted, and so put on a list") {
        s.in.lists = {s.list};
        s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::updated, Result::unknown),
                  s.record(Kind::upsert, "bob@example.org", CountedAs::added, Result::unknown)});
        CHECK(s.delivered("ann@example.org")->values == 0);
        CHECK(s.standing("ann@example.org", s.list) == Standing{Membership::maybe, s.own});
        CHECK(s.standing("bob@example.org", s.list) == Standing{Membership::maybe, s.own});
        REQUIRE(s.contact("bob@example.org"));  // its removal may be owed
        CHECK(s.contact("bob@example.org")->address == "bob@example.org");
        CHECK_FALSE(s.delivered("bob@example.org"));
        CHECK(s.counts().rejected == 2);
    }
}

TEST_CASE("what the segments ask for no longer is let go without a call", "[unit][run]") {
    SettleScene s;
    s.put_delivered("ann@example.org");
    for (const auto& group : s.in.groups) s.stand("ann@example.org", group, {Membership::others, s.own});
    auto forget = s.record(Kind::forget, "ann@example.org", CountedAs::none, Result::delivered);
    forget.called = false;
    forget.record.groups = 2;
    s.settle({forget});
    CHECK(s.standing("ann@example.org", s.in.groups[0]) == Standing{Membership::others, s.own});
    CHECK(s.standing("ann@example.org", s.in.groups[1]) == Standing{Membership::others, 0});
    CHECK(s.delivered("ann@example.org"));
    forget.record.left = true;
    s.settle({forget});
    CHECK_FALSE(s.delivered("ann@example.org"));
}

TEST_CASE("what is put back is this export's again, and its values are not known", "[unit][run]") {
    SettleScene s;
    auto back = s.record(Kind::join, "ann@example.org", CountedAs::added, Result::delivered);
    back.record.restore = true;
    CHECK(s.settle({back}).added == 1);
    CHECK(s.standing("ann@example.org", s.in.group) == Standing{Membership::ours, s.own});
    REQUIRE(s.delivered("ann@example.org"));
    CHECK(s.delivered("ann@example.org")->values == 0);
    // One that was kept for another tag keeps its values.
    s.put_delivered("bob@example.org");
    back = s.record(Kind::join, "bob@example.org", CountedAs::updated, Result::delivered);
    back.record.restore = true;
    CHECK(s.settle({back}).updated == 1);
    CHECK(s.delivered("bob@example.org")->values == 77);
    // Another export keeps it: this one holds it again, without a call.
    s.stand("eve@example.org", s.in.group, {Membership::ours, s.other});
    back = s.record(Kind::join, "eve@example.org", CountedAs::added, Result::delivered);
    back.record.restore = true;
    back.called = false;
    CHECK(s.settle({back}).added == 2);
    CHECK(s.standing("eve@example.org", s.in.group) == Standing{Membership::ours, s.own | s.other});
    CHECK(store::list_acts(s.state.db, s.in.run).value().back().members[0].hold);
    // A member that is not put back says why; one that the provider refuses is rejected.
    back = s.record(Kind::join, "cid@example.org", CountedAs::added, Result::suppressed);
    back.record.restore = true;
    back.called = false;
    back.outcome.opt_out = model::OptOutReason::left_list;
    CHECK(s.settle({back}).suppressed == 1);
    back.outcome = {};
    back.outcome.kind = Result::rejected;
    back.outcome.code = "not_on_list";
    CHECK(s.settle({back}).rejected == 1);
    CHECK_FALSE(s.delivered("cid@example.org"));
    const auto listed = store::list_rejects(s.state.db, s.in.run, 9).value();
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].code == "left_list");
    CHECK(listed[0].counted_in == model::CountedIn::suppressed);
    CHECK(listed[1].counted_in == model::CountedIn::rejected);
}

}  // namespace audienced::unit::run_delivery_settle_membership_test
