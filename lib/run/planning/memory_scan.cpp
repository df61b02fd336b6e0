#include "run/planning/memory_scan.hpp"

#include <algorithm>

#include "plan/membership.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t rows_in_memory =
    20'000;  // of all tables together; some milliseconds of the store's thread
constexpr std::size_t min_slice = 1'000;

}  // namespace

MemoryScan::MemoryScan(const PlanInput& in) : in_(in) {
    for (const store::GroupRow& group : in.groups.groups)
        if (group.no != model::GroupNo()) groups_.push_back(group);
    members_.resize(groups_.size());
    slice_ = std::max(min_slice, rows_in_memory / (groups_.size() + 1));
}

result<void> MemoryScan::fill_delivered() {
    if (delivered_.front() || delivered_.ended) return {};
    const auto after = delivered_.rows.empty() ? std::nullopt : std::optional(delivered_.rows.back().member);
    delivered_.rows.clear();
    delivered_.at = 0;
    const auto scan = [&](store::Database& db, const vault::Vault&) {
        return store::scan_delivered(db, in_.export_id, after, slice_,
                                     [&](const store::DeliveredRow& r) { delivered_.rows.push_back(r); });
    };
    auto scanned = in_.store->run_blocking(scan);
    if (!scanned) return scanned.error();
    delivered_.ended = *scanned < slice_;
    return {};
}

result<void> MemoryScan::fill_group(std::size_t i) {
    Stream<MemberOf>& stream = members_[i];
    if (stream.front() || stream.ended) return {};
    const auto after = stream.rows.empty() ? std::nullopt : std::optional(stream.rows.back().member);
    stream.rows.clear();
    stream.at = 0;
    const auto scan = [&](store::Database& db, const vault::Vault&) {
        return store::scan_memberships(db, groups_[i].no, after, slice_,
                                       [&](const MemberHash& m, model::Standing s) {
                                           stream.rows.push_back({m, s});
                                       });
    };
    auto scanned = in_.store->run_blocking(scan);
    if (!scanned) return scanned.error();
    stream.ended = *scanned < slice_;
    return {};
}

result<void> MemoryScan::fill() {
    if (auto filled = fill_delivered(); !filled) return filled;
    for (std::size_t i = 0; i < members_.size(); ++i)
        if (auto filled = fill_group(i); !filled) return filled;
    return {};
}

std::optional<MemberHash> MemoryScan::first() const {
    std::optional<MemberHash> least;
    const auto take = [&](const MemberHash& m) {
        if (!least || m < *least) least = m;
    };
    if (const auto* row = delivered_.front()) take(row->member);
    for (const auto& stream : members_)
        if (const auto* row = stream.front()) take(row->member);
    return least;
}

result<std::optional<plan::LedgerEntry>> MemoryScan::next() {
    for (;;) {
        if (auto filled = fill(); !filled) return filled.error();
        const auto member = first();
        if (!member) return std::nullopt;
        plan::LedgerEntry entry;
        entry.member = *member;
        entry.delivered = false;
        if (const auto* row = delivered_.front(); row && row->member == *member) {
            entry.delivered = true;
            entry.values = row->values;
            entry.last_run = row->last_run;
            entry.last_change = row->last_change;
            ++delivered_.at;
        }
        for (std::size_t i = 0; i < members_.size(); ++i) {
            const auto* row = members_[i].front();
            if (!row || row->member != *member) continue;
            const auto planned = plan::planned(row->standing, in_.slots, groups_[i].is_list);
            const std::uint64_t bit = std::uint64_t{1} << groups_[i].bit;
            if (planned.in) entry.groups |= bit;
            if (planned.owned) entry.owned |= bit;
            ++members_[i].at;
        }
        if (entry.delivered || entry.owned != 0) return std::optional(entry);
    }
}

}  // namespace audienced::run
