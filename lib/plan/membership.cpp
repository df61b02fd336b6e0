#include "plan/membership.hpp"

namespace audienced::plan {

using model::ExportSlots;
using model::Membership;
using model::Standing;

bool is_held(Standing s, ExportSlots slots) noexcept {
    if (s.state != Membership::ours && !model::is_unclear(s.state)) return false;
    return (s.holders & slots.own) != 0 || (s.holders & slots.live) == 0;
}

bool is_held_elsewhere(Standing s, ExportSlots slots) noexcept {
    return (s.holders & slots.live & ~slots.own) != 0;
}

PlannedMembership planned(Standing s, ExportSlots slots, bool is_list) noexcept {
    PlannedMembership out;
    out.owned = is_held(s, slots);
    const bool own = (s.holders & slots.own) != 0;
    switch (s.state) {
        case Membership::others:
            out.in = true;
            break;
        case Membership::ours:
            out.in = own;
            break;
        case Membership::off:
            // Others took the tag away: put back only by a run that ignores what is remembered.
            out.in = own && !is_list;
            break;
        case Membership::none:
        case Membership::maybe:
        case Membership::maybe_gone:
        case Membership::existing:
        case Membership::may_have_left:
        case Membership::taken:
            break;
    }
    return out;
}

Standing after_join(Standing before, ExportSlots slots, bool was_member) noexcept {
    const bool given_by_others =
        was_member && before.state != Membership::ours && !model::is_unclear(before.state);
    if (before.state == Membership::others || given_by_others) return {Membership::others, 0};
    return {Membership::ours, before.holders | slots.own};
}

Standing after_leave(Standing before, ExportSlots slots, bool is_list) noexcept {
    // What others gave was not asked for; whatever the answer says, it is not this program's to forget.
    if (before.state == Membership::others) return before;
    // The absence from a list is remembered: it is no wish of the contact.
    if (is_list) return {Membership::off, 0};
    const std::uint64_t others = before.holders & slots.live & ~slots.own;
    return others == 0 ? Standing{} : Standing{Membership::off, others};
}

Standing after_release(Standing before, ExportSlots slots) noexcept {
    before.holders &= ~slots.own;
    return before;
}

Standing after_unclear_join(Standing before, ExportSlots slots) noexcept {
    if (before.state == Membership::others) return before;
    if (before.state == Membership::ours) return {Membership::ours, before.holders | slots.own};
    return {Membership::maybe, before.holders | slots.own};
}

Standing after_unclear_leave(Standing before) noexcept {
    return before.state == Membership::ours ? Standing{Membership::maybe_gone, before.holders} : before;
}

Change change_of(Standing before, Standing after, ExportSlots slots) noexcept {
    if (before.state != after.state) return Change::membership;
    return is_held(before, slots) == is_held(after, slots) ? Change::none : Change::hold;
}

Seen after_look(Standing before, bool on, bool is_list, bool existing_matters) noexcept {
    Seen out{before, false};
    const bool was_in = before.state == Membership::ours || before.state == Membership::others;
    if (on) {
        if (model::is_unclear(before.state)) out.standing.state = Membership::ours;
        // Given by others, also to a tag that they had taken away before.
        if (!was_in && !model::is_unclear(before.state)) out.standing = {Membership::others, 0};
        return out;
    }
    if (is_list) {
        out.left = was_in;
        if (was_in) out.standing = {Membership::off, 0};
        // An absence after a call to take it out is that call's work.
        if (before.state == Membership::maybe_gone) out.standing = {Membership::off, 0};
        if (before.state == Membership::maybe) out.standing = {Membership::may_have_left, 0};
        if (before.state == Membership::none && existing_matters) out.standing = {Membership::existing, 0};
        return out;
    }
    if (before.state == Membership::others) out.standing = {Membership::taken, 0};
    // An export that wants the member keeps its claim: a complete run restores the tag.
    if (before.state == Membership::ours) out.standing.state = Membership::off;
    if (model::is_unclear(before.state)) out.standing = {};
    return out;
}

}  // namespace audienced::plan
