#include "plan/guards.hpp"

#include "base/grouped.hpp"

namespace audienced::plan {
namespace {

constexpr std::uint64_t removals_always_allowed = 99;  // "and at least 100 members"

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

GuardVerdict existing_to_add(const model::Export& definition, const Figures& f) {
    return verdict(GuardVerdict::Kind::hold,
                   grouped(f.existing_to_add) +
                       " of the members are contacts already that are not on the list; nothing tells "
                       "whether they have left it. `audiencectl runs approve` adds them; `audiencectl "
                       "export edit " +
                       definition.name + " --existing leave` leaves them alone");
}

GuardVerdict unreadable_rows(const Figures& f) {
    return verdict(GuardVerdict::Kind::hold,
                   words_of(f.unreadable_rows()) +
                       "; mend the source, or `audiencectl runs approve` delivers the others");
}

GuardVerdict forgets_to_repeat(const Figures& f) {
    return verdict(GuardVerdict::Kind::hold,
                   "the state was restored without its journal of forgets: repeat each forget since " +
                       to_iso8601(*f.forgets_lost_since) +
                       " (`audiencectl forget`), then approve (`audiencectl runs approve`)");
}

/// One approval stands for all that holds the run, so all of it is told.
void add(GuardVerdict& all, const GuardVerdict& one) {
    if (all.kind != GuardVerdict::Kind::hold)
        all = one;
    else
        all.reason += ". Also: " + one.reason;
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
    return are_too_many(f.unreadable_rows());
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
    GuardVerdict held;
    if (f.forgets_lost_since) add(held, forgets_to_repeat(f));
    if (too_many_unreadable(f)) add(held, unreadable_rows(f));
    if (removes_too_many(g, f)) add(held, too_many_removals(g, f));
    if (f.existing_to_add > 0 && definition.existing == model::Existing::ask)
        add(held, existing_to_add(definition, f));
    if (f.unclear_to_add > 0) add(held, unclear_to_add(definition, f));
    return held.kind != Kind::hold && hold_asked ? held_as_asked() : held;
}

GuardVerdict check_undo_guards(const model::Export& definition, const Figures& f, bool hold_asked) {
    GuardVerdict held;
    if (f.forgets_lost_since) add(held, forgets_to_repeat(f));
    if (removes_too_many(definition.guards, f)) add(held, too_many_removals(definition.guards, f));
    return held.kind != GuardVerdict::Kind::hold && hold_asked ? held_as_asked() : held;
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
