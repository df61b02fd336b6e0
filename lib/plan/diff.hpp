// The difference between the segments now and what is remembered: which members to add, update, remove,
// leave. Pure; sized for a million members: 40 bytes for each one known, about 30 for each one new.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/counted_as.hpp"
#include "model/run.hpp"
#include "plan/group_counts.hpp"
#include "plan/mask_table.hpp"
#include "plan/member_index.hpp"

namespace audienced::plan {

struct DiffOptions {
    bool mirror = true;  // leavers are removed
    bool full = false;   // send values and memberships whatever is remembered of them
    model::RunId run = 0;
    std::uint64_t joined_by_upsert = 0;  // groups that an upsert joins by itself
    SysTime now;
};

/// What is remembered of one member.
struct LedgerEntry {
    MemberHash member;
    std::uint64_t values = 0, groups = 0, owned = 0;
    model::RunId last_run = 0;
    model::CountedAs last_change = model::CountedAs::added;  // added or updated
    bool delivered = true;  // false: it holds memberships that this export takes up, and was never sent by it
};

/// A profile of a segment.
struct SegmentRow {
    enum class Address : std::uint8_t {
        usual,
        former,   // the contact has another address now
        present,  // the contact was delivered under another one
    };
    MemberHash member;  // of the contact: that of the address under which it was delivered
    std::uint64_t values = 0, groups = 0;
    Address address = Address::usual;
    bool held_back = false;  // the person opted out under an earlier address
    bool again = false;      // a value of it was refused, and is tried once more
    std::uint16_t segment = 0;
};

/// A reject that is remembered: not sent again with these values before `next_try`. 32 bytes, since there may
/// be as many as profiles.
struct DeferredReject {
    MemberHash member;
    std::uint64_t values = 0;
    std::uint32_t next_try = 0;  // seconds since 1970; 0: not before the values change
    std::uint32_t words = 0;     // what it was refused for, as the caller numbers it
};

/// A change of groups for a member that the ledger knows.
struct Regroup {
    std::uint32_t known = 0;  // index for Diff::member()
    std::uint64_t join = 0, leave = 0;
    /// Groups that another program gave the member and that our segments no longer ask for: cleared
    /// without a call.
    std::uint64_t forget = 0;
    model::CountedAs counted_as = model::CountedAs::none;  // updated or removed; none: counted elsewhere
    bool left = false;  // in no segment any more: the ledger row goes with the member's last group
};

class Diff {
public:
    explicit Diff(DiffOptions options) : options_(options) {}

    /// In ascending order of member, all before the first classify_row().
    void add_ledger_entry(const LedgerEntry&);
    void suppress(std::vector<MemberHash> sorted) { suppressed_ = std::move(sorted); }
    /// Those that are suppressed for another reason than their former address.
    void suppress_present(std::vector<MemberHash> sorted) { suppressed_present_ = std::move(sorted); }
    /// Archived contacts: they cannot be taken out of a group now, and it stays owed.
    void cannot_leave(std::vector<MemberHash> sorted) { cannot_leave_ = std::move(sorted); }
    /// Contacts that are not on the list; they may have left it before this program came if it had members.
    void existing(std::vector<MemberHash> sorted, bool had_members = true) {
        existing_ = std::move(sorted);
        existing_matter_ = had_members;
    }
    /// Contacts that are not on the list, and were perhaps put there and left since.
    void may_have_left(std::vector<MemberHash> sorted) { unclear_ = std::move(sorted); }
    void defer(std::vector<DeferredReject> sorted) { deferred_ = std::move(sorted); }

    enum class Verdict {
        duplicate,   // met before; the member's groups were added to
        suppressed,  // must not be touched
        deferred,    // rejected earlier with the same values: rejected again, unsent
        added,
        updated,  // spool an upsert
        known,    // values as delivered; whether the member's groups changed, finish() tells
    };
    Verdict classify_row(const SegmentRow&);
    /// What is remembered of a member; null if nothing is.
    const DeferredReject* deferred_of(const MemberHash&) const;
    /// A row that cannot be read, but for its address: the member stays as it is.
    void protect(const MemberHash&);
    bool knows(const MemberHash& member) { return find_known(member) != nullptr; }
    /// Known, or a contact that is not on the list.
    bool is_contact(const MemberHash&);

    /// After the last row: members whose groups changed, and leavers, in the ledger's order. Fills in
    /// unchanged, updated, removed and removals_put_off of counts().
    std::vector<Regroup> finish(bool put_off_removals = false);

    /// duplicate, suppressed, rejected, unchanged, added, updated, removed. read and invalid are the
    /// reader's.
    const model::Counts& counts() const noexcept { return counts_; }
    /// The part of added and updated that this run had settled before a crash lost its spool. After the last
    /// row.
    const model::Counts& done() const noexcept { return done_; }
    /// Different members met, suppressed ones included.
    std::uint64_t members_seen() const noexcept { return members_seen_; }
    /// Members that lose at least one group that we gave them: what the removal guard looks at.
    std::uint64_t members_losing_groups() const noexcept { return members_losing_groups_; }
    std::uint64_t ledger_size() const noexcept { return known_.size(); }
    /// Members to be sent, and so put on the list, that may have left it before this program came.
    std::uint64_t existing_to_add() const noexcept { return existing_to_add_; }
    /// The same of those that this program perhaps put there: see may_have_left().
    std::uint64_t unclear_to_add() const noexcept { return unclear_to_add_; }
    /// Different members of that segment, suppressed ones included.
    std::uint64_t members_of(std::size_t segment) const noexcept {
        return segment < members_of_.size() ? members_of_[segment] : 0;
    }
    /// By what is remembered, also of a complete run, which sends them all. After finish().
    const GroupCounts& group_counts() const noexcept { return group_counts_; }
    /// Groups that a member with a spooled upsert must still join through membership calls. After the last
    /// row.
    std::uint64_t joins_of(const MemberHash&) const;
    const MemberHash& member(std::uint32_t known) const { return known_[known].member; }

private:
    struct Entry {
        MemberHash member;
        std::uint64_t values;
        std::uint32_t groups, owned, wanted;  // interned masks
        std::uint8_t flags;
        std::uint16_t segment;  // that it was met in last, from 1; in what the alignment leaves
    };
    /// In known_; null if the member is not there. Members are hashes, evenly spread: a table of where each
    /// first two bytes begin leaves a few entries to look at, where a search by halves would touch twenty
    /// places of a large memory.
    Entry* find_known(const MemberHash&);
    Verdict decide(const SegmentRow&, const Entry*) const;
    Verdict classify_known(Entry&, const SegmentRow&);
    Verdict classify_new(const SegmentRow&);
    std::uint64_t in_groups(const Entry&) const;
    Regroup regroup(std::uint32_t known) const;
    void count_segment(std::uint16_t& last, const SegmentRow&);
    void count_joins_of_fresh();

    DiffOptions options_;
    MaskTable masks_;
    std::vector<Entry> known_;
    std::vector<std::uint32_t>
        begins_;         // of each first two bytes in known_, one more at the end; made by the first find
    MemberIndex fresh_;  // members that the ledger does not know
    std::vector<std::uint32_t> fresh_wanted_;
    std::vector<bool> fresh_upsert_;
    std::vector<std::uint16_t> fresh_segment_;  // as Entry::segment
    std::vector<MemberHash> suppressed_, suppressed_present_, cannot_leave_, existing_, unclear_;
    std::vector<DeferredReject> deferred_;
    bool existing_matter_ = false;
    model::Counts counts_, done_;
    std::uint64_t members_seen_ = 0, members_losing_groups_ = 0, existing_to_add_ = 0, unclear_to_add_ = 0;
    std::vector<std::uint64_t> members_of_;  // by segment
    GroupCounts group_counts_;
};

}  // namespace audienced::plan
