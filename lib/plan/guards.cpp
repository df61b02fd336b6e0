#include "plan/guards.hpp"

namespace audienced::plan {
namespace {

constexpr std::uint64_t removals_always_allowed = 99;  // "and at least 100 members"

GuardVerdict verdict(GuardVerdict::Kind kind, std::string reason) {
    GuardVerdict v;
    v.kind = kind;
    v.reason = std::move(reason);
    return v;
}

}  // namespace

bool too_many(const model::Guards& g, std::uint64_t profiles) {
    return profiles > g.max_profiles;
}

GuardVerdict check_guards(const model::Guards& g, const Figures& f, bool hold_asked) {
    using Kind = GuardVerdict::Kind;
    if (too_many(g, f.profiles))
        return verdict(Kind::skip,
                       "the segments hold more than max_profiles = " + std::to_string(g.max_profiles) +
                           " profiles; nothing was sent. Narrow the segments, or raise --max-profiles");
    if (f.members < g.min_profiles)
        return verdict(Kind::skip,
                       "the segments hold " + std::to_string(f.profiles) + " profiles with " +
                           std::to_string(f.members) + " valid addresses, fewer than min_profiles = " +
                           std::to_string(g.min_profiles) + "; nothing was sent, no member was removed");
    const bool over = f.members_losing_groups > removals_always_allowed &&
                      f.members_losing_groups * 100 > f.ledger * g.max_removal_percent;
    if (over)
        return verdict(Kind::hold,
                       std::to_string(f.members_losing_groups) + " of " + std::to_string(f.ledger) +
                           " delivered members would be removed, more than max_removal_percent = " +
                           std::to_string(g.max_removal_percent) +
                           "; look at the plan, then `audiencectl runs approve` or `runs cancel`");
    if (hold_asked)
        return verdict(Kind::hold, "held as asked; `audiencectl runs approve` delivers exactly this plan");
    return {};
}

}  // namespace audienced::plan
