#include "plan/diff.hpp"

#include <algorithm>
#include <utility>

namespace audienced::plan {
namespace {

using model::CountedAs;

enum Flag : std::uint8_t {
    seen = 1,
    has_upsert = 2,
    untouchable = 4,  // suppressed or deferred: the member may be given nothing
    added_by_this_run = 8,
    updated_by_this_run = 16,  // delivered by this very run, before a crash lost its spool
    not_delivered = 32,        // this export never sent the member
    seen_by_former = 64,       // only the former address of the contact is in a segment so far
    shielded = 128,            // its row cannot be read
};

bool contains(const std::vector<MemberHash>& sorted, const MemberHash& member) {
    return std::binary_search(sorted.begin(), sorted.end(), member);
}

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
    std::uint8_t flags = k.delivered ? 0 : not_delivered;
    if (k.delivered && k.last_run == options_.run)
        flags |= k.last_change == CountedAs::added ? added_by_this_run : updated_by_this_run;
    known_.push_back({k.member, k.values, masks_.intern(k.groups), masks_.intern(k.owned), 0, flags, 0});
}

Diff::Verdict Diff::classify_row(const SegmentRow& row) {
    Entry* const known = find_known(row.member);
    if (row.address == SegmentRow::Address::former) {
        // It keeps the memberships of the contact, and is sent nothing; the present address may come yet.
        if (known)
            known->flags |= seen_by_former, known->wanted = masks_.intern(masks_[known->wanted] | row.groups);
        std::uint16_t unknown = 0;
        count_segment(known ? known->segment : unknown, row);
        ++members_seen_;
        ++counts_.suppressed;
        return Verdict::suppressed;
    }
    const Verdict verdict = known ? classify_known(*known, row) : classify_new(row);
    if (verdict == Verdict::duplicate)
        ++counts_.duplicate;
    else
        ++members_seen_;
    if (verdict == Verdict::suppressed) ++counts_.suppressed;
    if (verdict == Verdict::deferred) ++counts_.rejected;
    if (verdict == Verdict::added) ++counts_.added;
    if (verdict == Verdict::updated) ++counts_.updated;
    const bool sent = verdict == Verdict::added || verdict == Verdict::updated;
    if (sent && existing_matter_ && contains(existing_, row.member)) ++existing_to_add_;
    if (sent && contains(unclear_, row.member)) ++unclear_to_add_;
    return verdict;
}

bool Diff::is_contact(const MemberHash& member) {
    return knows(member) || contains(existing_, member) || contains(unclear_, member);
}

void Diff::count_segment(std::uint16_t& last, const SegmentRow& row) {
    const auto here = static_cast<std::uint16_t>(row.segment + 1);
    if (std::exchange(last, here) == here) return;
    if (members_of_.size() <= row.segment) members_of_.resize(row.segment + std::size_t{1});
    ++members_of_[row.segment];
}

Diff::Verdict Diff::classify_new(const SegmentRow& row) {
    const auto [number, first] = fresh_.insert(row.member);
    if (first) fresh_segment_.push_back(0);
    count_segment(fresh_segment_[number], row);
    if (!first) {
        fresh_wanted_[number] = masks_.intern(masks_[fresh_wanted_[number]] | row.groups);
        return Verdict::duplicate;
    }
    const Verdict verdict = decide(row, nullptr);
    fresh_wanted_.push_back(masks_.intern(row.groups));
    fresh_upsert_.push_back(verdict == Verdict::added);
    return verdict;
}

Diff::Verdict Diff::classify_known(Entry& entry, const SegmentRow& row) {
    entry.wanted = masks_.intern(masks_[entry.wanted] | row.groups);
    count_segment(entry.segment, row);
    if (entry.flags & seen) return Verdict::duplicate;
    const Verdict verdict = decide(row, &entry);
    entry.flags |= seen;
    if (verdict == Verdict::suppressed || verdict == Verdict::deferred) entry.flags |= untouchable;
    if (verdict == Verdict::updated || verdict == Verdict::added) entry.flags |= has_upsert;
    return verdict;
}

void Diff::protect(const MemberHash& member) {
    if (Entry* const known = find_known(member)) known->flags |= shielded;
}

const DeferredReject* Diff::deferred_of(const MemberHash& member) const {
    const auto at = find_sorted(deferred_, member, [](const DeferredReject& d) { return d.member; });
    return at == deferred_.end() ? nullptr : &*at;
}

Diff::Verdict Diff::decide(const SegmentRow& row, const Entry* known) const {
    const bool present = row.address == SegmentRow::Address::present;
    if (row.held_back || contains(present ? suppressed_present_ : suppressed_, row.member))
        return Verdict::suppressed;
    const DeferredReject* const deferred = deferred_of(row.member);
    if (deferred && deferred->values == row.values && !options_.full &&
        (deferred->next_try == 0 || std::int64_t{deferred->next_try} > to_unix(options_.now)))
        return Verdict::deferred;
    if (!known || (known->flags & not_delivered)) return Verdict::added;
    if (known->values != row.values) return Verdict::updated;
    if ((row.groups & options_.joined_by_upsert & ~masks_[known->groups]) != 0) return Verdict::updated;
    const bool done = (known->flags & (added_by_this_run | updated_by_this_run)) != 0;
    return (options_.full || row.again) && !done ? Verdict::updated : Verdict::known;
}

/// A complete run believes nothing that is remembered, but for what it did itself before a crash.
std::uint64_t Diff::in_groups(const Entry& e) const {
    const bool done = (e.flags & (added_by_this_run | updated_by_this_run)) != 0;
    return options_.full && !done ? 0 : masks_[e.groups];
}

Regroup Diff::regroup(std::uint32_t i) const {
    const Entry& e = known_[i];
    const std::uint64_t groups = masks_[e.groups], owned = masks_[e.owned], wanted = masks_[e.wanted];
    Regroup r;
    r.known = i;
    r.left = !(e.flags & (seen | seen_by_former | shielded));
    if (options_.mirror && !(e.flags & shielded)) {
        r.leave = owned & ~wanted;
        r.forget = groups & ~owned & ~wanted;
    }
    if ((e.flags & seen) && !(e.flags & (untouchable | has_upsert)))
        r.join = wanted & ~in_groups(e) & ~options_.joined_by_upsert;
    return r;
}

void Diff::count_joins_of_fresh() {
    std::vector<std::uint64_t> by_mask;
    for (std::size_t i = 0; i < fresh_wanted_.size(); ++i) {
        if (!fresh_upsert_[i]) continue;
        if (by_mask.size() <= fresh_wanted_[i]) by_mask.resize(fresh_wanted_[i] + std::size_t{1});
        ++by_mask[fresh_wanted_[i]];
    }
    for (std::uint32_t mask = 0; mask < by_mask.size(); ++mask)
        group_counts_.join(masks_[mask], by_mask[mask]);
}

std::vector<Regroup> Diff::finish(bool put_off_removals) {
    count_joins_of_fresh();
    std::vector<Regroup> changes;
    for (std::uint32_t i = 0; i < known_.size(); ++i) {
        const std::uint8_t flags = known_[i].flags;
        Regroup r = regroup(i);
        if (r.left && !options_.mirror) continue;
        if (r.leave != 0 && (put_off_removals || contains(cannot_leave_, known_[i].member))) {
            if (put_off_removals) ++counts_.removals_put_off;
            r.leave = 0;
            if (r.left) continue;  // the removal stays owed
        }
        if (r.leave != 0) ++members_losing_groups_;
        group_counts_.leave(i, r.leave);
        if ((flags & seen) && !(flags & untouchable))
            group_counts_.join(masks_[known_[i].wanted] & ~masks_[known_[i].groups]);
        if (r.left) {
            if (r.leave != 0) r.counted_as = CountedAs::removed, ++counts_.removed;
        } else if ((flags & seen) && !(flags & (untouchable | has_upsert))) {
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
        return masks_[known->wanted] & ~in_groups(*known) & ~options_.joined_by_upsert;
    }
    const std::uint32_t number = fresh_.find(member);
    if (number == MemberIndex::none || !fresh_upsert_[number]) return 0;
    return masks_[fresh_wanted_[number]] & ~options_.joined_by_upsert;
}

}  // namespace audienced::plan
