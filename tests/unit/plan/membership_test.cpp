#include "plan/membership.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"

namespace audienced::unit::plan_membership_test {

using namespace audienced;
using namespace audienced::plan;
using model::Membership;
using model::Standing;
using enum Membership;

namespace {

constexpr bool tag = false, list = true;
constexpr bool no = false, yes = true;
// The export that runs, another one, and one that was removed.
constexpr std::uint64_t own = 1, other = 2, gone = 4;
constexpr model::ExportSlots slots{own, own | other};
constexpr Membership states[] = {none, ours, maybe, others, off, existing, may_have_left, taken, maybe_gone};

}  // namespace

TEST_CASE("what the plan makes of every standing", "[unit][plan]") {
    struct Row {
        Standing standing;
        bool is_list, in, owned;
    };
    const Row row = GENERATE(values<Row>({
        {{none, 0}, tag, no, no},
        {{none, 0}, list, no, no},
        // In by this program: nothing is due when this export holds it; else it joins, to hold it too.
        {{ours, own}, tag, yes, yes},
        {{ours, own}, list, yes, yes},
        {{ours, own | other}, tag, yes, yes},
        {{ours, other}, tag, no, no},
        {{ours, other}, list, no, no},
        // Held by none that exists: this export takes it up, and owes its removal.
        {{ours, 0}, tag, no, yes},
        {{ours, gone}, list, no, yes},
        // Not known to be in: the call is due either way, to join or to leave.
        {{maybe, own}, tag, no, yes},
        {{maybe, own}, list, no, yes},
        {{maybe, other}, tag, no, no},
        {{maybe, gone}, list, no, yes},
        {{maybe, 0}, tag, no, yes},
        // In by others: nothing to send, nothing to take.
        {{others, 0}, tag, yes, no},
        {{others, 0}, list, yes, no},
        // Taken away by others while this export wanted it: not put back by an ordinary run.
        {{off, own}, tag, yes, no},
        {{off, own | other}, tag, yes, no},
        {{off, other}, tag, no, no},
        {{off, 0}, tag, no, no},
        {{off, 0}, list, no, no},
        {{off, own}, list, no, no},
        {{existing, 0}, list, no, no},
        {{taken, 0}, tag, no, no},
    }));
    CAPTURE(int(row.standing.state), row.standing.holders, row.is_list);
    const auto seen = planned(row.standing, slots, row.is_list);
    CHECK(seen.in == row.in);
    CHECK(seen.owned == row.owned);
    CHECK(is_held(row.standing, slots) == row.owned);
}

TEST_CASE("only exports that exist hold a member elsewhere", "[unit][plan]") {
    for (const auto state : states) {
        CHECK(is_held_elsewhere({state, other}, slots));
        CHECK(is_held_elsewhere({state, own | other | gone}, slots));
        CHECK(!is_held_elsewhere({state, own | gone}, slots));
        CHECK(!is_held_elsewhere({state, 0}, slots));
    }
}

TEST_CASE("every standing after a call that put the member in", "[unit][plan]") {
    struct Row {
        Standing before;
        bool was_member;
        Standing after;
    };
    const Row row = GENERATE(values<Row>({
        {{none, 0}, no, {ours, own}},
        {{none, 0}, yes, {others, 0}},  // others gave it before the call
        {{ours, own}, no, {ours, own}},
        {{ours, own}, yes, {ours, own}},
        {{ours, other}, yes, {ours, own | other}},
        {{ours, gone}, yes, {ours, own | gone}},
        {{maybe, own}, no, {ours, own}},
        {{maybe, own}, yes, {ours, own}},  // by the call whose outcome was not known
        {{maybe, other}, yes, {ours, own | other}},
        {{others, 0}, no, {others, 0}},  // where no answer tells who was in, nothing becomes ours
        {{others, 0}, yes, {others, 0}},
        {{off, own}, no, {ours, own}},
        {{off, other}, no, {ours, own | other}},
        {{off, own | other}, yes, {others, 0}},  // others gave it back
        {{existing, 0}, no, {ours, own}},
        {{existing, 0}, yes, {others, 0}},
        {{taken, 0}, no, {ours, own}},
        {{taken, 0}, yes, {others, 0}},
    }));
    CAPTURE(int(row.before.state), row.before.holders, row.was_member);
    CHECK((after_join(row.before, slots, row.was_member) == row.after));
}

TEST_CASE("every standing after a call that took the member out", "[unit][plan]") {
    struct Row {
        Standing before, after_tag, after_list;
    };
    const Row row = GENERATE(values<Row>({
        {{none, 0}, {none, 0}, {off, 0}},
        {{ours, own}, {none, 0}, {off, 0}},
        {{ours, own | gone}, {none, 0}, {off, 0}},
        // What another export wants it finds to be off, and puts back when it is run completely.
        {{ours, own | other}, {off, other}, {off, 0}},
        {{maybe, own}, {none, 0}, {off, 0}},
        {{others, 0}, {others, 0}, {others, 0}},
        {{off, own}, {none, 0}, {off, 0}},
        {{off, own | other}, {off, other}, {off, 0}},
        {{existing, 0}, {none, 0}, {off, 0}},
    }));
    CAPTURE(int(row.before.state), row.before.holders);
    CHECK((after_leave(row.before, slots, tag) == row.after_tag));
    CHECK((after_leave(row.before, slots, list) == row.after_list));
}

TEST_CASE("an export that lets go without a call changes nothing but its own bit", "[unit][plan]") {
    for (const auto state : states) {
        CHECK((after_release({state, own | other | gone}, slots) == Standing{state, other | gone}));
        CHECK((after_release({state, other}, slots) == Standing{state, other}));
    }
}

TEST_CASE("every standing after a call whose outcome is not known", "[unit][plan]") {
    struct Row {
        Standing before, joined, left;
    };
    const Row row = GENERATE(values<Row>({
        {{none, 0}, {maybe, own}, {none, 0}},
        {{ours, own}, {ours, own}, {maybe_gone, own}},
        {{ours, other}, {ours, own | other}, {maybe_gone, other}},
        {{maybe, own}, {maybe, own}, {maybe, own}},
        {{maybe, other}, {maybe, own | other}, {maybe, other}},
        {{others, 0}, {others, 0}, {others, 0}},
        {{off, 0}, {maybe, own}, {off, 0}},
        {{off, other}, {maybe, own | other}, {off, other}},
        {{existing, 0}, {maybe, own}, {existing, 0}},
    }));
    CAPTURE(int(row.before.state), row.before.holders);
    CHECK((after_unclear_join(row.before, slots) == row.joined));
    CHECK((after_unclear_leave(row.before) == row.left));
}

TEST_CASE("a hold that comes or goes is told from a membership that does", "[unit][plan]") {
    struct Row {
        Standing before, after;
        Change change;
    };
    const Row row = GENERATE(values<Row>({
        {{none, 0}, {ours, own}, Change::membership},
        {{ours, own}, {none, 0}, Change::membership},
        {{ours, own}, {maybe, own}, Change::membership},
        {{off, own}, {ours, own}, Change::membership},
        {{ours, other}, {ours, own | other}, Change::hold},
        {{ours, own | other}, {ours, other}, Change::hold},
        {{maybe, other}, {maybe, own | other}, Change::hold},
        {{maybe, own | other}, {maybe, other}, Change::hold},
        {{ours, own}, {ours, own}, Change::none},
        // What no export that exists holds, each holds: an export that was made again takes it up.
        {{ours, gone}, {ours, own | gone}, Change::none},
        {{ours, 0}, {ours, own}, Change::none},
        {{others, 0}, {others, 0}, Change::none},
        {{off, own | other}, {off, other}, Change::none},  // nothing is there to hold
        {{off, own}, {off, 0}, Change::none},
    }));
    CAPTURE(int(row.before.state), row.before.holders, row.after.holders);
    CHECK(change_of(row.before, row.after, slots) == row.change);
}

TEST_CASE("every standing after a look", "[unit][plan]") {
    struct Row {
        bool on;
        Standing before, after_tag, after_list;
        bool left = false;  // the list
    };
    constexpr bool is_on = true, is_off = false;
    const Row row = GENERATE(values<Row>({
        {is_on, {none, 0}, {others, 0}, {others, 0}},
        {is_on, {ours, own | other}, {ours, own | other}, {ours, own | other}},
        {is_on, {maybe, other}, {ours, other}, {ours, other}},  // the lost call took effect
        {is_on, {others, 0}, {others, 0}, {others, 0}},
        {is_on, {off, own}, {others, 0}, {others, 0}},
        {is_on, {off, 0}, {others, 0}, {others, 0}},
        {is_on, {existing, 0}, {others, 0}, {others, 0}},
        {is_on, {taken, 0}, {others, 0}, {others, 0}},
        {is_off, {taken, 0}, {taken, 0}, {taken, 0}},
        {is_off, {none, 0}, {none, 0}, {existing, 0}},
        {is_off, {ours, own | other}, {off, own | other}, {off, 0}, true},
        {is_off, {ours, 0}, {off, 0}, {off, 0}, true},
        {is_off, {maybe_gone, own}, {none, 0}, {off, 0}},  // the call took it out
        {is_on, {maybe_gone, own}, {ours, own}, {ours, own}},
        // The lost call did nothing, or the contact has left since.
        {is_off, {maybe, own}, {none, 0}, {may_have_left, 0}},
        {is_off, {others, 0}, {taken, 0}, {off, 0}, true},
        {is_off, {off, own}, {off, own}, {off, own}},
        {is_off, {off, 0}, {off, 0}, {off, 0}},
        {is_off, {existing, 0}, {existing, 0}, {existing, 0}},
        {is_off, {may_have_left, 0}, {may_have_left, 0}, {may_have_left, 0}},
        {is_on, {may_have_left, 0}, {others, 0}, {others, 0}},
    }));
    CAPTURE(row.on, int(row.before.state), row.before.holders);
    const auto of_tag = after_look(row.before, row.on, tag, false);
    CHECK((of_tag.standing == row.after_tag));
    CHECK(!of_tag.left);
    const auto of_list = after_look(row.before, row.on, list, true);
    CHECK((of_list.standing == row.after_list));
    CHECK(of_list.left == row.left);
    // A new list had no members: who is not on it has not left it.
    const auto of_new_list = after_look(row.before, row.on, list, false);
    CHECK((of_new_list.standing == (row.after_list.state == existing ? row.before : row.after_list)));
    CHECK(of_new_list.left == row.left);
}

TEST_CASE("a second look that shows the same changes nothing, and tells no leaving again", "[unit][plan]") {
    for (const auto state : states)
        for (std::uint64_t holders = 0; holders < 8; ++holders)
            for (const bool on : {no, yes})
                for (const bool is_list : {tag, list}) {
                    CAPTURE(int(state), holders, on, is_list);
                    const auto first = after_look({state, holders}, on, is_list, true);
                    const auto second = after_look(first.standing, on, is_list, true);
                    CHECK((second.standing == first.standing));
                    CHECK(!second.left);
                }
}

TEST_CASE("what others gave becomes this program's by no answer", "[unit][plan]") {
    for (const bool yes_or_no : {no, yes}) {
        CHECK(after_join({others, 0}, slots, yes_or_no).state == others);
        CHECK(after_leave({others, 0}, slots, yes_or_no).state == others);
    }
    CHECK(!planned(after_unclear_join({others, 0}, slots), slots, tag).owned);
    CHECK(!planned(after_unclear_leave({others, 0}), slots, tag).owned);
}

}  // namespace audienced::unit::plan_membership_test
