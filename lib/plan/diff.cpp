#include "plan/diff.hpp"

#include <algorithm>

namespace audienced::plan {
namespace {

using model::CountedAs;

enum Flag : std::uint8_t {
    seen = 1,
    has_upsert = 2,
    untouchable = 4,  // suppressed or deferred: the member may be given nothing
    added_by_this_run = 8,
    updated_by_this_run = 16,  // delivered by this very run, before a crash lost its spool
};

template <class Items, class Key>
auto find_sorted(Items& items, const MemberHash& member, Key key) {
    const auto at = std::lower_bound(items.begin(), items.end(), member,
                                     [&](const auto& item, const MemberHash& m) { return key(item) < m; });
    return at != items.end() && key(*at) == member ? at : items.end();
}

constexpr std::size_t first_bytes = 65536;

std::size_t first_two(const MemberHash& member) {
    return static_cast<std::size_t>(member.bytes[0]) << 8 | member.bytes[1];
}

}  // namespace

Diff::Entry* Diff::find_known(const MemberHash& member) {
    if (begins_.empty()) {
        begins_.assign(first_bytes + 1, 0);
        for (const Entry& e : known_) ++begins_[first_two(e.member) + 1];
        for (std::size_t i = 0; i < first_bytes; ++i) begins_[i + 1] += begins_[i];
    }
    const std::size_t slot = first_two(member);
    const auto from = known_.begin() + begins_[slot], to = known_.begin() + begins_[slot + 1];
    const auto at =
        std::lower_bound(from, to, member, [](const Entry& e, const MemberHash& m) { return e.member < m; });
    return at != to && at->member == member ? &*at : nullptr;
}

void Diff::add_ledger_entry(const LedgerEntry& k) {
    std::uint8_t flags = 0;
    if (k.last_run == options_.run)
        flags = k.last_change == CountedAs::added ? added_by_this_run : updated_by_this_run;
    known_.push_back({k.member, k.values, masks_.intern(k.groups), masks_.intern(k.owned), 0, flags});
}

Diff::Verdict Diff::classify_row(const MemberHash& member, std::uint64_t values, std::uint64_t groups) {
    Entry* const known = find_known(member);
    const Verdict verdict =
        known ? classify_known(*known, values, groups) : classify_new(member, values, groups);
    if (verdict == Verdict::duplicate)
        ++counts_.duplicate;
    else
        ++members_seen_;
    if (verdict == Verdict::suppressed) ++counts_.suppressed;
    if (verdict == Verdict::deferred) ++counts_.rejected;
    return verdict;
}

Diff::Verdict Diff::classify_new(const MemberHash& member, std::uint64_t values, std::uint64_t groups) {
    const auto [number, first] = fresh_.insert(member);
    if (!first) {
        fresh_wanted_[number] = masks_.intern(masks_[fresh_wanted_[number]] | groups);
        return Verdict::duplicate;
    }
    const Verdict verdict = decide(member, values, groups, nullptr);
    fresh_wanted_.push_back(masks_.intern(groups));
    fresh_upsert_.push_back(verdict == Verdict::added);
    if (verdict == Verdict::added) ++counts_.added;
    return verdict;
}

Diff::Verdict Diff::classify_known(Entry& entry, std::uint64_t values, std::uint64_t groups) {
    if (entry.flags & seen) {
        entry.wanted = masks_.intern(masks_[entry.wanted] | groups);
        return Verdict::duplicate;
    }
    const Verdict verdict = decide(entry.member, values, groups, &entry);
    entry.flags |= seen;
    entry.wanted = masks_.intern(groups);
    if (verdict == Verdict::suppressed || verdict == Verdict::deferred) entry.flags |= untouchable;
    if (verdict == Verdict::updated) {
        entry.flags |= has_upsert;
        ++counts_.updated;
    }
    return verdict;
}

Diff::Verdict Diff::decide(const MemberHash& member, std::uint64_t values, std::uint64_t groups,
                           const Entry* known) const {
    if (std::binary_search(suppressed_.begin(), suppressed_.end(), member)) return Verdict::suppressed;
    const auto deferred = find_sorted(deferred_, member, [](const DeferredReject& p) { return p.member; });
    if (deferred != deferred_.end() && deferred->values == values && !options_.full &&
        (!deferred->next_try || *deferred->next_try > options_.now))
        return Verdict::deferred;
    if (!known) return Verdict::added;
    if (known->values != values) return Verdict::updated;
    if ((groups & options_.joined_by_upsert & ~masks_[known->groups]) != 0) return Verdict::updated;
    const bool done = (known->flags & (added_by_this_run | updated_by_this_run)) != 0;
    return options_.full && !done ? Verdict::updated : Verdict::known;
}

Regroup Diff::regroup(std::uint32_t i) const {
    const Entry& e = known_[i];
    const std::uint64_t groups = masks_[e.groups], owned = masks_[e.owned], wanted = masks_[e.wanted];
    Regroup r;
    r.known = i;
    r.left = !(e.flags & seen);
    if (options_.mirror) {
        r.leave = owned & ~wanted;
        r.forget = groups & ~owned & ~wanted;
    }
    if (!r.left && !(e.flags & (untouchable | has_upsert)))
        r.join = wanted & ~groups & ~options_.joined_by_upsert;
    return r;
}

std::vector<Regroup> Diff::finish() {
    std::vector<Regroup> changes;
    for (std::uint32_t i = 0; i < known_.size(); ++i) {
        const std::uint8_t flags = known_[i].flags;
        Regroup r = regroup(i);
        if (r.left && !options_.mirror) continue;
        if (r.leave != 0) ++members_losing_groups_;
        if (r.left) {
            if (r.leave != 0) r.counted_as = CountedAs::removed, ++counts_.removed;
        } else if (!(flags & (untouchable | has_upsert))) {
            const bool changed = r.join != 0 || r.leave != 0;
            if (flags & added_by_this_run)
                ++counts_.added, ++done_.added;
            else if (flags & updated_by_this_run)
                ++counts_.updated, ++done_.updated;
            else if (changed)
                r.counted_as = CountedAs::updated, ++counts_.updated;
            else
                ++counts_.unchanged;
        }
        if (r.left || r.join != 0 || r.leave != 0 || r.forget != 0) changes.push_back(r);
    }
    return changes;
}

std::uint64_t Diff::joins_of(const MemberHash& member) const {
    const auto known = find_sorted(known_, member, [](const Entry& e) { return e.member; });
    if (known != known_.end()) {
        if (!(known->flags & has_upsert)) return 0;
        return masks_[known->wanted] & ~masks_[known->groups] & ~options_.joined_by_upsert;
    }
    const std::uint32_t number = fresh_.find(member);
    if (number == MemberIndex::none || !fresh_upsert_[number]) return 0;
    return masks_[fresh_wanted_[number]] & ~options_.joined_by_upsert;
}

}  // namespace audienced::plan
