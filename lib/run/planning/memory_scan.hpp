// Everything that is remembered of an export's members, in the order of their hashes: what it delivered,
// joined with the memberships of its groups.
#pragma once

#include <optional>
#include <vector>

#include "plan/diff.hpp"
#include "run/planning/planning.hpp"
#include "store/delivered.hpp"

namespace audienced::run {

/// Reads in slices, so that the store's thread is free in between. Blocking.
class MemoryScan {
public:
    explicit MemoryScan(const PlanInput& in);
    /// The next member that this export delivered, or that holds a membership which it holds or takes up;
    /// none at the end. Errors: store_*.
    result<std::optional<plan::LedgerEntry>> next();

private:
    /// Rows of one table that are read and not taken yet.
    template <class Row>
    struct Stream {
        std::vector<Row> rows;
        std::size_t at = 0;
        bool ended = false;
        const Row* front() const { return at < rows.size() ? &rows[at] : nullptr; }
    };
    struct MemberOf {
        MemberHash member;
        model::Standing standing;
    };
    result<void> fill();
    result<void> fill_delivered();
    result<void> fill_group(std::size_t i);
    std::optional<MemberHash> first() const;

    const PlanInput& in_;
    std::vector<store::GroupRow> groups_;  // parallel to members_
    std::size_t slice_;
    Stream<store::DeliveredRow> delivered_;
    std::vector<Stream<MemberOf>> members_;
};

}  // namespace audienced::run
