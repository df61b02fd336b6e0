#include "run/planning/row_reader.hpp"

#include <algorithm>

#include "plan/address.hpp"

namespace audienced::run {

bool RowReader::count_row() {
    ++read;
    if (!plan::too_many(in_.definition.guards, read)) return true;
    failure = make_error(Errc::too_large, "more than max_profiles rows");
    return false;
}

bool RowReader::row(std::uint64_t number, std::span<const source::Value> row) {
    if (!count_row()) return false;
    const auto problem = plan::normalise_address(mapping_.address(row), address_);
    if (problem != plan::AddressProblem::none) {
        ++invalid;
        return keep(
            write_reject(number, nullptr, plan::to_string(problem), model::RejectClass::fix_data, {}));
    }
    mapping_.values(row, values_);
    const MemberHash member = in_.vault->members().member(address_);
    const std::uint64_t hash = mapping_.fingerprint(in_.vault->values(), values_, buffer_);
    const auto verdict = diff_.classify_row(member, hash, in_.layout.of_segment[segment_]);
    switch (verdict) {
        case plan::Diff::Verdict::added:
        case plan::Diff::Verdict::updated:
            return keep(write_upsert(verdict, member, hash, number));
        case plan::Diff::Verdict::deferred: {
            const auto why = std::lower_bound(
                deferred_.begin(), deferred_.end(), member,
                [](const store::DeferredReject& p, const MemberHash& m) { return p.member < m; });
            return keep(write_reject(number, &member, why->code, why->reject_class,
                                     "refused earlier, not sent again"));
        }
        default:
            return !in_.stop.stop_requested();
    }
}

bool RowReader::reject(std::uint64_t number, std::string_view why) {
    if (!count_row()) return false;
    ++invalid;
    return keep(
        write_reject(number, nullptr, "unreadable_row", model::RejectClass::fix_data, std::string(why)));
}

result<void> RowReader::write_upsert(plan::Diff::Verdict verdict, const MemberHash& member,
                                     std::uint64_t values_hash, std::uint64_t row) {
    const bool fresh = verdict == plan::Diff::Verdict::added;
    record_.kind = spool::Record::Kind::upsert;
    record_.counted_as = fresh ? model::CountedAs::added : model::CountedAs::updated;
    record_.member = member;
    record_.values_hash = values_hash;
    record_.segment = static_cast<std::uint16_t>(segment_);
    record_.row = row;
    record_.sent.address = address_;
    record_.sent.known = !fresh;
    record_.sent.values.assign(values_.begin(), values_.end());
    return writer_.upsert(record_);
}

result<void> RowReader::write_reject(std::uint64_t row, const MemberHash* member, std::string code,
                                     model::RejectClass reject_class, std::string detail) {
    store::Reject r;
    r.run = in_.run;
    r.segment = in_.segments[segment_].segment.name;
    r.row = row;
    if (member) r.member = *member;
    r.code = std::move(code);
    r.reject_class = reject_class;
    r.detail = std::move(detail);
    return writer_.reject(r);
}

}  // namespace audienced::run
