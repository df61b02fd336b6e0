// Rows of a segment -> members of the diff: mapped, normalised, and spooled where they have to be sent.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "plan/address.hpp"
#include "plan/diff.hpp"
#include "plan/mapping.hpp"
#include "run/planning/known_people.hpp"
#include "run/planning/planning.hpp"
#include "store/contacts.hpp"
#include "store/deferred.hpp"

namespace audienced::run {

/// Takes the rows of one segment after the other.
class RowReader final : public source::RowSink {
public:
    /// `refused`: values that the provider refused when it took their members, sorted by member. `moved`:
    /// contacts that have another address than they were delivered to. `forgotten`: members of which no trace
    /// is kept, sorted.
    RowReader(const PlanInput& in, const plan::Mapping& mapping, plan::Diff& diff, PlanWriter& writer,
              KnownPeople& people, const std::vector<store::DeferredMark>& refused,
              const std::vector<store::Moved>& moved, const std::vector<MemberHash>& forgotten);

    void begin_segment(std::size_t number) {
        segment_ = number;
        rows_of_segment.resize(number + 1);
    }
    bool row(std::uint64_t number, std::span<const source::Value> values) override;
    bool reject(std::uint64_t number, std::string_view why, std::optional<std::string_view> address) override;

    std::uint64_t read = 0, invalid = 0;
    std::uint64_t values_dropped = 0;            // of members that are delivered, or were
    std::uint64_t unreadable = 0, nameless = 0;  // of the invalid; of those without a readable address
    std::string unreadable_why;                  // of the first
    std::vector<std::uint64_t> rows_of_segment;
    result<void> failure;  // why reading was stopped from here

private:
    bool keep(result<void> written) {
        if (!written) failure = written.error();
        return failure.has_value() && !in_.stop.stop_requested();
    }
    bool count_row();
    /// Of a try: is the row of another member?
    bool is_of_another(plan::AddressProblem problem) const;
    /// Names the values that a delivered member lacks.
    result<void> write_dropped(std::uint64_t row, const plan::SegmentRow& profile);
    plan::SegmentRow row_of(const MemberHash& listed) const;
    /// Why a member that is suppressed is not sent, where the source can do something about it.
    bool explain_suppressed(std::uint64_t row, const plan::SegmentRow& profile);
    result<void> write_upsert(plan::Diff::Verdict verdict, const plan::SegmentRow& profile,
                              std::uint64_t row);
    result<void> write_deferred(std::uint64_t row, const plan::SegmentRow& profile);
    /// Of values that the provider refused when it took the member; with the same values as now.
    std::span<const store::DeferredMark> refused_of(const MemberHash&) const;
    bool is_tried_again(const plan::SegmentRow& profile) const;
    result<void> write_refused(std::uint64_t row, const plan::SegmentRow& profile);
    bool is_forgotten(const MemberHash& member) const;
    store::Reject reject_of(model::CountedIn counted_in, std::uint64_t row, const MemberHash* member) const;
    result<void> write_invalid(std::uint64_t row, const MemberHash* member, std::string code,
                               std::string detail);
    result<void> write_suppressed(std::uint64_t row, const MemberHash& member, std::string code,
                                  std::string detail);

    const PlanInput& in_;
    const plan::Mapping& mapping_;
    plan::Diff& diff_;
    PlanWriter& writer_;
    KnownPeople& people_;
    const std::vector<store::DeferredMark>& refused_;
    const std::vector<store::Moved>& moved_;  // sorted by `now`
    const std::vector<MemberHash>& forgotten_;
    std::vector<MemberHash> former_;  // members of moved_, sorted
    std::size_t segment_ = 0;
    std::string address_, buffer_;
    plan::FieldValues values_;
    std::vector<std::string> rewritten_;  // values_ may point into these
    std::vector<provider::DroppedValue> dropped_;
    spool::Record record_;
};

}  // namespace audienced::run
