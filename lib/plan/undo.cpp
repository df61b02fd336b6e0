#include "plan/undo.hpp"

#include <algorithm>

#include "base/grouped.hpp"
#include "plan/membership.hpp"

namespace audienced::plan {

using model::Membership;
using model::Standing;

void RunChanges::did(const MemberHash& member, std::uint64_t group, bool joined) {
    std::uint8_t bit = 0;
    while (bit < 63 && (group >> bit & 1) == 0) ++bit;
    raw_.push_back({member, bit, joined});
}

/// A membership that came and went within the run is as it was before.
void RunChanges::merge() {
    std::stable_sort(raw_.begin(), raw_.end(),
                     [](const Raw& a, const Raw& b) { return a.member < b.member; });
    for (const Raw& raw : raw_) {
        if (members_.empty() || members_.back().member != raw.member)
            members_.emplace_back().member = raw.member;
        MemberChange& change = members_.back();
        const std::uint64_t group = std::uint64_t{1} << raw.bit;
        std::uint64_t& did = raw.joined ? change.joined : change.left;
        std::uint64_t& opposite = raw.joined ? change.left : change.joined;
        if (opposite & group)
            opposite &= ~group;
        else
            did |= group;
    }
    raw_ = {};
}

MemberChange* RunChanges::find(const MemberHash& member) {
    const auto at = std::lower_bound(members_.begin(), members_.end(), member,
                                     [](const MemberChange& c, const MemberHash& m) { return c.member < m; });
    return at != members_.end() && at->member == member ? &*at : nullptr;
}

bool RunChanges::has(const MemberHash& member) const {
    return std::binary_search(
        members_.begin(), members_.end(), MemberChange{.member = member},
        [](const MemberChange& a, const MemberChange& b) { return a.member < b.member; });
}

void RunChanges::changed_since(const MemberHash& member, std::uint64_t group) {
    MemberChange* const change = find(member);
    if (!change) return;
    change->joined &= ~group;
    change->left &= ~group;
}

void RunChanges::reversed(const MemberHash& member, std::uint64_t group, bool joined) {
    MemberChange* const change = find(member);
    if (!change) return;
    // Only what this undo asks for: the reverse of what the run did.
    std::uint64_t& did = joined ? change->left : change->joined;
    if (!(did & group)) return;
    did &= ~group;
    (joined ? change->put_back : change->taken_out) = true;
}

void RunChanges::may_be_reversed(const MemberHash& member, std::uint64_t group) {
    if (MemberChange* const change = find(member)) change->unsure |= group;
}

bool may_restore(Standing s, model::ExportSlots slots) noexcept {
    switch (s.state) {
        case Membership::none:
        case Membership::maybe:
        case Membership::maybe_gone:
            return true;
        case Membership::off:
            // With this export's bit: others took away what it wanted.
        case Membership::ours:
            return (s.holders & slots.own) == 0;
        case Membership::others:
        case Membership::existing:
        case Membership::may_have_left:
        case Membership::taken:
            break;
    }
    return false;
}

bool may_take_back(Standing s, model::ExportSlots slots) noexcept {
    return (s.state == Membership::ours || model::is_unclear(s.state)) && (s.holders & slots.own) != 0;
}

Reversal reverse(const MemberChange& change, const MemberNow& now, model::ExportSlots slots) {
    Reversal out;
    std::uint64_t held = 0, restorable = 0, taken = 0;
    for (std::size_t bit = 0; bit < now.standings.size(); ++bit) {
        const std::uint64_t group = std::uint64_t{1} << bit;
        const Standing& standing = now.standings[bit];
        if (may_take_back(standing, slots)) held |= group;
        const bool unsure = (change.unsure & group) != 0;
        const bool back_already = unsure && may_take_back(standing, slots);
        if ((change.left & group) && (may_restore(standing, slots) || back_already)) restorable |= group;
        const bool gone = standing.state == Membership::none || standing.state == Membership::off ||
                          standing.state == Membership::may_have_left;
        if ((change.joined & group) && unsure && gone) taken |= group;
    }
    const bool refused = restorable != 0 && (now.opt_out || !now.is_contact);
    out.leave = (change.joined & held) | taken;
    out.join = refused ? 0 : restorable;
    const std::uint64_t kept = held & ~out.leave & ~out.join;
    out.left = (kept | out.join) == 0;
    using Count = Reversal::Count;
    if (refused)
        out.count = Count::suppressed;
    else if (out.join != 0)
        out.count = kept == 0 && out.leave == 0 ? Count::added : Count::updated;
    else if (out.leave != 0)
        out.count = out.left ? Count::removed : Count::updated;
    else if (change.put_back || change.taken_out)
        out.count = change.put_back ? Count::added : Count::removed, out.done = true;
    return out;
}

std::string note_of_undo(const UndoFound& found) {
    const std::string run = "run " + std::to_string(found.undone);
    if (!found.any) return run + " put no member anywhere and took none out, so there was nothing to undo";
    if (found.gone.empty()) return {};
    const std::string& first = found.gone.front();
    std::string tags = found.gone.size() > 1 ? grouped(found.gone.size()) + " tags"
                       : first.empty()       ? "a tag"
                                             : "the tag " + first;
    tags += " of " + run + (found.gone.size() > 1 ? " are" : " is") + " not at the provider any more";
    if (found.left > 0)
        return tags + ", so " + grouped(found.left) + (found.left > 1 ? " members were" : " member was") +
               " not put back there; `audiencectl run " + found.export_name +
               "` makes what the segments feed again, with the members that they have";
    return tags + (found.nothing_else ? ", so there was nothing to take out" : "");
}

std::string not_put_back(std::optional<model::OptOutReason> why, bool is_contact) {
    if (!is_contact) return "not put back: it is no contact any more, or its address is not kept any more";
    if (!why) return "not put back: others decided about this membership since";
    if (*why == model::OptOutReason::address_changed)
        return "not put back: the contact has another address now";
    if (*why == model::OptOutReason::unsubscribed) return "not put back: the contact has unsubscribed";
    if (*why == model::OptOutReason::left_list) return "not put back: the contact has left the list";
    std::string word = model::to_string(*why);
    std::replace(word.begin(), word.end(), '_', ' ');
    return "not put back: the contact has an opt-out (" + word + ")";
}

std::string not_put_back_code(std::optional<model::OptOutReason> why, bool is_contact) {
    if (why) return model::to_string(*why);
    return is_contact ? "changed_since" : "no_contact";
}

}  // namespace audienced::plan
