#include "plan/guards.hpp"

#include "base/grouped.hpp"

namespace audienced::plan {
namespace {

constexpr std::uint64_t removals_always_allowed = 99;   // "and at least 100 members"
constexpr std::uint64_t unreadable_always_allowed = 9;  // "and at least 10"
constexpr std::uint64_t max_unreadable_percent = 5;

GuardVerdict verdict(GuardVerdict::Kind kind, std::string reason) {
    GuardVerdict v;
    v.kind = kind;
    v.reason = std::move(reason);
    return v;
}

bool removes_too_many(const model::Guards& g, const Figures& f) {
    if (g.max_removal_percent == 0)
        return f.members_losing_groups > 0;  // asked for: a person decides each one
    return f.members_losing_groups > removals_always_allowed &&
           f.members_losing_groups * 100 > f.ledger * g.max_removal_percent;
}

GuardVerdict too_many_removals(const model::Guards& g, const Figures& f) {
    return verdict(GuardVerdict::Kind::hold,
                   grouped(f.members_losing_groups) + " of " + grouped(f.ledger) +
                       " delivered members would lose a tag or the list, more than --max-removal-percent " +
                       std::to_string(g.max_removal_percent) +
                       " allows; look at the plan, then `audiencectl runs approve` or `runs cancel`");
}

/// Whatever --existing says: it was decided for contacts that were there before.
GuardVerdict unclear_to_add(const model::Export& definition, const Figures& f) {
    return verdict(
        GuardVerdict::Kind::hold,
        grouped(f.unclear_to_add) +
            " of the members are not on the list after a call that put them there, or did not: its outcome "
            "is not known, so they may have left it. `audiencectl runs approve` adds them; `audiencectl "
            "export edit " +
            definition.name + " --existing leave` leaves such contacts alone");
}

GuardVerdict held_as_asked() {
    return verdict(GuardVerdict::Kind::hold,
                   "held as asked; `audiencectl runs approve` delivers exactly this plan");
}

}  // namespace

bool too_many(const model::Guards& g, std::uint64_t profiles) {
    return profiles > g.max_profiles;
}

bool too_many_unreadable(const Figures& f) {
    return f.unreadable > unreadable_always_allowed &&
           f.unreadable * 100 > f.profiles * max_unreadable_percent;
}

GuardVerdict check_guards(const model::Export& definition, const Figures& f, bool hold_asked) {
    const model::Guards& g = definition.guards;
    using Kind = GuardVerdict::Kind;
    if (too_many(g, f.profiles))
        return verdict(Kind::skip,
                       "the segments hold more profiles than --max-profiles " +
                           std::to_string(g.max_profiles) +
                           " allows; nothing was sent. Narrow the segments, or raise it: `audiencectl export "
                           "edit " +
                           definition.name + " --max-profiles N`");
    if (f.members < g.min_profiles)
        return verdict(Kind::skip,
                       "the segments hold " + grouped(f.profiles) + " profiles with " + grouped(f.members) +
                           " valid addresses, fewer than --min-profiles " + std::to_string(g.min_profiles) +
                           " asks for; nothing was sent, and no member was removed. Look at the source; "
                           "`audiencectl export edit " +
                           definition.name + " --min-profiles N` allows fewer");
    if (too_many_unreadable(f))
        return verdict(Kind::hold,
                       grouped(f.unreadable) + " of " + grouped(f.profiles) +
                           " rows cannot be read: " + f.unreadable_why +
                           "; mend the source, or `audiencectl runs approve` delivers the others");
    if (removes_too_many(g, f)) return too_many_removals(g, f);
    if (f.existing_to_add > 0 && definition.existing == model::Existing::ask)
        return verdict(Kind::hold,
                       grouped(f.existing_to_add) +
                           " of the members are contacts already that are not on the list; nothing tells "
                           "whether they have left it. `audiencectl runs approve` adds them; `audiencectl "
                           "export edit " +
                           definition.name + " --existing leave` leaves them alone");
    if (f.unclear_to_add > 0) return unclear_to_add(definition, f);
    return hold_asked ? held_as_asked() : GuardVerdict{};
}

GuardVerdict check_undo_guards(const model::Export& definition, const Figures& f, bool hold_asked) {
    if (removes_too_many(definition.guards, f)) return too_many_removals(definition.guards, f);
    return hold_asked ? held_as_asked() : GuardVerdict{};
}

GuardVerdict check_try(const model::Export& definition, const Figures& f) {
    using Kind = GuardVerdict::Kind;
    GuardVerdict out;
    if (f.profiles == 0) {
        out = verdict(Kind::skip,
                      "no segment of " + definition.name +
                          " has this address, so nothing was sent; look for it in the source, or whether its "
                          "row can be read: `audiencectl export test " +
                          definition.name + "`");
        out.tried = model::TryOutcome::not_in_segments;
    } else if (f.unclear_to_add > 0) {
        out = verdict(
            Kind::skip,
            "the member is not on the list after a call that put it there, or did not, and it may have left "
            "it; nothing was sent. A run holds such members, and `audiencectl runs approve` adds them");
        out.tried = model::TryOutcome::undecided;
    } else if (f.existing_to_add > 0 && definition.existing == model::Existing::ask) {
        out = verdict(Kind::skip,
                      "the member is a contact already that is not on the list, and nothing tells whether it "
                      "has left it; nothing was sent. `audiencectl export edit " +
                          definition.name + " --existing add` puts such contacts on the list");
        out.tried = model::TryOutcome::undecided;
    }
    return out;
}

}  // namespace audienced::plan
