#include "run/look/remember.hpp"

#include <algorithm>

#include "plan/membership.hpp"
#include "store/opt_outs.hpp"

namespace audienced::run {
namespace {

using model::Membership;
using model::OptOutReason;
using model::Standing;

/// Reasons that a contact no longer has once the provider shows it as mailable.
bool is_about_state(OptOutReason reason) {
    switch (reason) {
        case OptOutReason::left_list:
        case OptOutReason::not_on_list:
        case OptOutReason::forgotten:
        case OptOutReason::address_changed:
        case OptOutReason::opted_out_before:
            return false;
        default:
            return true;
    }
}

class MemoryOfMember {
public:
    MemoryOfMember(store::Database& db, const LookInput& in, const MemberHash& member)
        : db_(db), in_(in), member_(member) {}

    result<void> opts_out(OptOutReason reason) {
        store::OptOut o;
        o.destination = in_.destination;
        o.member = member_;
        o.reason = reason;
        o.run = in_.run;
        o.since = in_.now;
        o.seen_in = in_.full_pull;
        return store::put_opt_out(db_, o);
    }

    result<void> is_mailable() {
        return lift([](OptOutReason reason) { return is_about_state(reason); });
    }

    result<void> is_on_list() {
        return lift([](OptOutReason reason) {
            return reason == OptOutReason::left_list || reason == OptOutReason::not_on_list;
        });
    }

    /// `mailable`: else the absence of a contact that never was on a list says nothing.
    result<void> group(const store::GroupRow& group, bool on, bool mailable) {
        auto known = store::find_membership(db_, group.no, member_);
        if (!known) return known.error();
        Standing before = known->value_or(Standing{});
        if (in_.changed_since_backup && on && before.state != Membership::none)
            before = {Membership::others, 0};
        // In the lost time this program may have put the contact there.
        if (in_.changed_since_backup && !on && group.is_list && before.state != Membership::ours &&
            before.state != Membership::others)
            before = {Membership::maybe, 0};
        // Also where the list was empty at first: others may have joined and left it between two looks.
        const plan::Seen seen = plan::after_look(before, on, group.is_list, group.had_members || mailable);
        if (group.is_list && on)
            if (auto lifted = is_on_list(); !lifted) return lifted;
        // Unsubscribing takes a contact off its lists as well: becoming active again elsewhere does not undo
        // that, being on this list again does.
        if (seen.left)
            if (auto left = opts_out(OptOutReason::left_list); !left) return left;
        if (seen.standing == known->value_or(Standing{})) return {};
        return store::put_membership(db_, group.no, member_, seen.standing);
    }

private:
    template <class Which>
    result<void> lift(Which which) {
        auto known = store::opt_outs_of(db_, in_.destination, member_);
        if (!known) return known.error();
        for (const store::OptOut& o : *known) {
            if (o.destination != in_.destination || !which(o.reason)) continue;
            if (auto lifted = store::lift_opt_out(db_, in_.destination, member_, o.reason); !lifted)
                return lifted;
        }
        return {};
    }

    store::Database& db_;
    const LookInput& in_;
    const MemberHash& member_;
};

}  // namespace

bool is_forgotten(const LookInput& in, const MemberHash& member) {
    return std::binary_search(in.forgotten.begin(), in.forgotten.end(), member);
}

result<void> remember(store::Database& db, const LookInput& in, const MemberHash& member,
                      const provider::ContactStatus& contact) {
    MemoryOfMember memory(db, in, member);
    const auto reason = provider::opt_out_of(contact.state);
    if (auto done = reason ? memory.opts_out(*reason) : memory.is_mailable(); !done) return done;
    for (const store::GroupRow& group : in.groups) {
        std::optional<bool> on;
        if (group.is_list)
            on = contact.on_list;
        else if (contact.tags)
            on = std::find(contact.tags->begin(), contact.tags->end(), group.id) != contact.tags->end();
        if (!on) continue;
        if (auto done = memory.group(group, *on, !reason); !done) return done;
    }
    return {};
}

}  // namespace audienced::run
