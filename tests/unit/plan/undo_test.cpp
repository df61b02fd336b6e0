#include "plan/undo.hpp"

#include <catch2/catch.hpp>

#include "unit/plan/diff_scene.hpp"

namespace audienced::unit::plan_undo_test {

using namespace audienced;
using namespace audienced::test;
using model::Membership;
using model::OptOutReason;
using model::Standing;
using plan::Reversal;
using Count = Reversal::Count;

namespace {

constexpr std::uint64_t own = 1, other = 2;
constexpr model::ExportSlots slots{own, own | other};
constexpr Standing ours{Membership::ours, own}, shared{Membership::ours, own | other};

plan::MemberNow now(std::vector<Standing> standings) {
    plan::MemberNow out;
    out.standings = std::move(standings);
    out.is_contact = true;
    return out;
}

plan::MemberChange change(std::uint64_t joined, std::uint64_t left) {
    plan::MemberChange out;
    out.joined = joined;
    out.left = left;
    return out;
}

Reversal reverse(const plan::MemberChange& done, const plan::MemberNow& known) {
    return plan::reverse(done, known, slots);
}

}  // namespace

TEST_CASE("what a run did to a member is all of its calls together", "[unit][plan]") {
    plan::RunChanges changes;
    changes.did(member(2), 1, true);
    changes.did(member(1), 2, false);
    changes.did(member(2), 2, false);
    changes.did(member(3), 1, true);
    changes.did(member(3), 1, false);  // came and went: as before
    changes.did(member(1), 2, false);  // an unclear call, and the one that was clear
    changes.merge();
    REQUIRE(changes.members().size() == 3);
    CHECK(changes.members()[0].member == member(1));
    CHECK(changes.members()[1].joined == 1);
    CHECK(changes.members()[1].left == 2);
    CHECK(changes.members()[2].joined == 0);
    CHECK(changes.members()[2].left == 0);
}

TEST_CASE("what a later run did to a membership stands", "[unit][plan]") {
    plan::RunChanges changes;
    changes.did(member(1), 1, true);
    changes.did(member(1), 2, true);
    changes.did(member(2), 1, false);
    changes.merge();
    changes.changed_since(member(1), 1);
    changes.changed_since(member(2), 1);
    changes.changed_since(member(9), 1);  // not changed by the run
    CHECK(changes.members()[0].joined == 2);
    CHECK(changes.members()[1].left == 0);
}

TEST_CASE("what the undo did before a crash is not done again, and counts once", "[unit][plan]") {
    plan::RunChanges changes;
    changes.did(member(1), 1, true);
    changes.did(member(2), 1, false);
    changes.merge();
    changes.reversed(member(1), 1, false);
    changes.reversed(member(2), 1, true);
    const auto out = reverse(changes.members()[0], now({{}}));
    CHECK(out.count == Count::removed);
    CHECK(out.done);
    const auto back = reverse(changes.members()[1], now({ours}));
    CHECK(back.count == Count::added);
    CHECK(back.done);
    CHECK((out.join | out.leave | back.join | back.leave) == 0);
}

TEST_CASE("of a call of the undo whose outcome was lost, what is remembered tells", "[unit][plan]") {
    plan::RunChanges changes;
    changes.did(member(1), 1, true);
    changes.did(member(2), 1, false);
    changes.merge();
    changes.may_be_reversed(member(1), 1);
    changes.may_be_reversed(member(2), 1);
    const auto& leaver = changes.members()[0];
    const auto& back = changes.members()[1];
    // It did not happen: once more. It did: the record is settled without a call, and counts.
    for (const Standing& standing : {ours, Standing{}, Standing{Membership::off, 0}}) {
        CHECK(reverse(leaver, now({standing})).leave == 1);
        CHECK(reverse(leaver, now({standing})).count == Count::removed);
        CHECK(reverse(back, now({standing})).join == 1);
        CHECK(reverse(back, now({standing})).count == Count::added);
    }
    // Off the list after an unclear call: taken out by it, or left; either way not put back.
    CHECK(reverse(leaver, now({{Membership::may_have_left, 0}})).count == Count::removed);
    CHECK(reverse(back, now({{Membership::may_have_left, 0}})).join == 0);
    CHECK(reverse(leaver, now({{Membership::others, 0}})).leave == 0);
    CHECK(reverse(back, now({{Membership::others, 0}})).join == 0);
}

TEST_CASE("members that joined leave again, if the membership is as the run left it", "[unit][plan]") {
    struct Row {
        Standing standing;
        std::uint64_t leave;
        Count count;
    };
    const Row row = GENERATE(values<Row>({
        {ours, 1, Count::removed},
        {shared, 1, Count::removed},  // let go of; the other export keeps it
        {{Membership::maybe, own}, 1, Count::removed},
        {{Membership::ours, other}, 0, Count::unchanged},
        {{Membership::others, 0}, 0, Count::unchanged},
        {{Membership::off, own}, 0, Count::unchanged},
        {{Membership::off, 0}, 0, Count::unchanged},
        {{}, 0, Count::unchanged},
    }));
    CAPTURE(static_cast<int>(row.standing.state), row.standing.holders);
    const auto found = reverse(change(1, 0), now({row.standing}));
    CHECK(found.leave == row.leave);
    CHECK(found.join == 0);
    CHECK(found.count == row.count);
    // An opt-out hinders no removal.
    auto opted_out = now({row.standing});
    opted_out.opt_out = OptOutReason::unsubscribed;
    CHECK(reverse(change(1, 0), opted_out).leave == row.leave);
}

TEST_CASE("members that left are put back, if the membership is as the run left it", "[unit][plan]") {
    struct Row {
        Standing standing;
        std::uint64_t join;
        Count count;
    };
    const Row row = GENERATE(values<Row>({
        {{}, 1, Count::added},
        {{Membership::off, 0}, 1, Count::added},
        {{Membership::off, other}, 1, Count::added},
        {{Membership::maybe, own}, 1, Count::added},  // its removal was unclear
        {ours, 0, Count::unchanged},
        {{Membership::ours, other}, 1, Count::added},  // another export keeps it: held again
        {{Membership::maybe, other}, 1, Count::added},
        {{Membership::ours, 0}, 1, Count::added},
        {shared, 0, Count::unchanged},
        {{Membership::others, 0}, 0, Count::unchanged},
        {{Membership::off, own}, 0, Count::unchanged},
        {{Membership::existing, 0}, 0, Count::unchanged},
        {{Membership::taken, 0}, 0, Count::unchanged},  // others gave it, and took it away again
    }));
    CAPTURE(static_cast<int>(row.standing.state), row.standing.holders);
    const auto found = reverse(change(0, 1), now({row.standing}));
    CHECK(found.join == row.join);
    CHECK(found.leave == 0);
    CHECK(found.count == row.count);
}

TEST_CASE("a member with any opt-out is never put back, and neither is one that is no contact",
          "[unit][plan]") {
    for (int reason = 0; reason <= static_cast<int>(OptOutReason::unspecified); ++reason) {
        // The membership is gone, or another export keeps it.
        auto known = now({reason % 2 == 0 ? Standing{} : Standing{Membership::ours, other}, ours});
        known.opt_out = static_cast<OptOutReason>(reason);
        const auto found = reverse(change(2, 1), known);
        CHECK(found.join == 0);
        CHECK(found.leave == 2);  // what the run gave it is taken back all the same
        CHECK(found.count == Count::suppressed);
        CHECK(found.left);
        CHECK_FALSE(plan::not_put_back(known.opt_out).empty());
    }
    auto gone = now({{}});
    gone.is_contact = false;
    const auto found = reverse(change(0, 1), gone);
    CHECK(found.join == 0);
    CHECK(found.count == Count::suppressed);
    CHECK(plan::not_put_back_code({}, false) == "no_contact");
    CHECK(plan::not_put_back_code({}) == "changed_since");
    CHECK(plan::not_put_back_code(OptOutReason::left_list) == "left_list");
    // Nothing to put back: it opted out, and its membership was given by others since.
    auto theirs = now({{Membership::others, 0}});
    theirs.opt_out = OptOutReason::unsubscribed;
    CHECK(reverse(change(0, 1), theirs).count == Count::unchanged);
}

TEST_CASE("a member that keeps another tag of the export counts as updated, and stays delivered",
          "[unit][plan]") {
    const auto leaves_one = reverse(change(1, 0), now({ours, ours}));
    CHECK(leaves_one.count == Count::updated);
    CHECK_FALSE(leaves_one.left);
    const auto moved_back = reverse(change(2, 1), now({{}, ours}));
    CHECK(moved_back.join == 1);
    CHECK(moved_back.leave == 2);
    CHECK(moved_back.count == Count::updated);
    CHECK_FALSE(moved_back.left);
    const auto regains_one = reverse(change(0, 1), now({{}, ours}));
    CHECK(regains_one.count == Count::updated);
}

TEST_CASE("of an undo as a whole is told what no count tells", "[unit][plan]") {
    plan::UndoFound found;
    found.undone = 7;
    found.export_name = "weekly";
    found.nothing_else = true;
    CHECK(plan::note_of_undo(found) ==
          "run 7 put no member anywhere and took none out, so there was nothing to undo");
    found.any = true;
    CHECK(plan::note_of_undo(found).empty());
    found.gone = {"Buyers"};
    CHECK(plan::note_of_undo(found) ==
          "the tag Buyers of run 7 is not at the provider any more, so there was nothing to take out");
    found.nothing_else = false;
    CHECK(plan::note_of_undo(found) == "the tag Buyers of run 7 is not at the provider any more");
    found.left = 1;
    CHECK(plan::note_of_undo(found) ==
          "the tag Buyers of run 7 is not at the provider any more, so 1 member was not put back there; "
          "`audiencectl run weekly` makes what the segments feed again, with the members that they have");
    found.gone.push_back("");
    found.left = 1200;
    CHECK(plan::note_of_undo(found).find("2 tags of run 7 are") == 0);
    CHECK(plan::note_of_undo(found).find("1,200 members were not put back") != std::string::npos);
}

}  // namespace audienced::unit::plan_undo_test
