// Rows of a segment -> members of the diff: mapped, normalised, and spooled where they have to be sent.
#pragma once

#include <string>
#include <vector>

#include "plan/diff.hpp"
#include "plan/mapping.hpp"
#include "run/planning/planning.hpp"

namespace audienced::run {

/// Takes the rows of one segment after the other.
class RowReader final : public source::RowSink {
public:
    RowReader(const PlanInput& in, const plan::Mapping& mapping, plan::Diff& diff, PlanWriter& writer,
              const std::vector<store::DeferredReject>& deferred)
        : in_(in), mapping_(mapping), diff_(diff), writer_(writer), deferred_(deferred) {}

    void begin_segment(std::size_t number) { segment_ = number; }
    bool row(std::uint64_t number, std::span<const source::Value> values) override;
    bool reject(std::uint64_t number, std::string_view why) override;

    std::uint64_t read = 0, invalid = 0;
    result<void> failure;  // why reading was stopped from here

private:
    bool keep(result<void> written) {
        if (!written) failure = written.error();
        return failure.has_value() && !in_.stop.stop_requested();
    }
    bool count_row();
    result<void> write_upsert(plan::Diff::Verdict verdict, const MemberHash& member,
                              std::uint64_t values_hash, std::uint64_t row);
    result<void> write_reject(std::uint64_t row, const MemberHash* member, std::string code,
                              model::RejectClass reject_class, std::string detail);

    const PlanInput& in_;
    const plan::Mapping& mapping_;
    plan::Diff& diff_;
    PlanWriter& writer_;
    const std::vector<store::DeferredReject>& deferred_;
    std::size_t segment_ = 0;
    std::string address_, buffer_;
    plan::FieldValues values_;
    spool::Record record_;
};

}  // namespace audienced::run
