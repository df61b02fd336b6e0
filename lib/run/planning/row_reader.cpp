#include "run/planning/row_reader.hpp"

#include <algorithm>
namespace audienced::run {

RowReader::RowReader(const PlanInput& in, const plan::Mapping& mapping, plan::Diff& diff, PlanWriter& writer,
                     KnownPeople& people, const std::vector<store::DeferredMark>& refused,
                     const std::vector<store::Moved>& moved, const std::vector<MemberHash>& forgotten)
    : in_(in),
      mapping_(mapping),
      diff_(diff),
      writer_(writer),
      people_(people),
      refused_(refused),
      moved_(moved),
      forgotten_(forgotten) {
    for (const store::Moved& m : moved_) former_.push_back(m.member);
    std::sort(former_.begin(), former_.end());
}

bool RowReader::count_row() {
    ++read;
    ++rows_of_segment[segment_];
    if (!plan::too_many(in_.definition.guards, read)) return true;
    failure = make_error(Errc::too_large, "the segments hold more profiles than --max-profiles allows");
    return false;
}

bool RowReader::is_of_another(plan::AddressProblem problem) const {
    const auto& only = in_.options.only_member;
    return only && (problem != plan::AddressProblem::none || in_.vault->members().member(address_) != *only);
}

bool RowReader::row(std::uint64_t number, std::span<const source::Value> row) {
    const auto problem = plan::normalise_address(mapping_.address(row), address_);
    if (is_of_another(problem)) return !in_.stop.stop_requested();
    if (!count_row()) return false;
    if (problem != plan::AddressProblem::none) {
        ++invalid;
        return keep(write_invalid(number, nullptr, plan::to_string(problem), plan::words_of(problem)));
    }
    mapping_.values(row, values_);
    dropped_.clear();
    provider::fit_values(*in_.rules, values_, rewritten_, dropped_);
    plan::SegmentRow profile = row_of(in_.vault->members().member(address_));
    profile.values = mapping_.fingerprint(in_.vault->values(), values_, buffer_);
    profile.groups = in_.groups.layout.of_segment[segment_];
    profile.segment = static_cast<std::uint16_t>(segment_);
    const std::string_view key = mapping_.key(row);
    if (!key.empty()) profile.held_back = people_.meet(key, profile.member, diff_.knows(profile.member));
    profile.again = in_.options.retry_of != 0 && is_tried_again(profile);
    const auto verdict = diff_.classify_row(profile);
    switch (verdict) {
        case plan::Diff::Verdict::added:
        case plan::Diff::Verdict::updated:
            return keep(write_upsert(verdict, profile, number)) && keep(write_dropped(number, profile));
        case plan::Diff::Verdict::known:
            return keep(write_dropped(number, profile)) && keep(write_refused(number, profile));
        case plan::Diff::Verdict::deferred:
            return keep(write_deferred(number, profile));
        case plan::Diff::Verdict::suppressed:
            return explain_suppressed(number, profile);
        default:
            return !in_.stop.stop_requested();
    }
}

bool RowReader::reject(std::uint64_t number, std::string_view why, std::optional<std::string_view> address) {
    const auto problem =
        address ? plan::normalise_address(*address, address_) : plan::AddressProblem::missing;
    if (is_of_another(problem)) {
        if (problem != plan::AddressProblem::none) ++nameless;
        return !in_.stop.stop_requested();
    }
    if (!count_row()) return false;
    ++invalid;
    if (unreadable++ == 0) unreadable_why = why;
    std::optional<MemberHash> member;
    if (problem == plan::AddressProblem::none) member = row_of(in_.vault->members().member(address_)).member;
    if (member)
        diff_.protect(*member);
    else
        ++nameless;
    return keep(write_invalid(number, member ? &*member : nullptr, "unreadable_row", std::string(why)));
}

plan::SegmentRow RowReader::row_of(const MemberHash& listed) const {
    plan::SegmentRow out;
    out.member = listed;
    if (moved_.empty()) return out;
    const auto at =
        std::lower_bound(moved_.begin(), moved_.end(), listed,
                         [](const store::Moved& moved, const MemberHash& m) { return moved.now < m; });
    if (at != moved_.end() && at->now == listed) {
        out.member = at->member;
        out.address = plan::SegmentRow::Address::present;
    } else if (std::binary_search(former_.begin(), former_.end(), listed)) {
        out.address = plan::SegmentRow::Address::former;
    }
    return out;
}

bool RowReader::is_forgotten(const MemberHash& member) const {
    return std::binary_search(forgotten_.begin(), forgotten_.end(), member);
}

bool RowReader::explain_suppressed(std::uint64_t row, const plan::SegmentRow& profile) {
    if (is_forgotten(profile.member))
        return keep(
            write_suppressed(row, profile.member, "forgotten",
                             "the address was forgotten here, on request; take it out of the source"));
    if (profile.address == plan::SegmentRow::Address::former)
        return keep(write_suppressed(row, profile.member, "address_changed",
                                     "the contact has another address at the provider now"));
    if (profile.held_back)
        return keep(write_suppressed(row, profile.member, "opted_out_before",
                                     "the person opted out under an earlier address"));
    return !in_.stop.stop_requested();
}

result<void> RowReader::write_upsert(plan::Diff::Verdict verdict, const plan::SegmentRow& profile,
                                     std::uint64_t row) {
    record_.kind = spool::Record::Kind::upsert;
    record_.counted_as =
        verdict == plan::Diff::Verdict::added ? model::CountedAs::added : model::CountedAs::updated;
    record_.member = profile.member;
    record_.values_hash = profile.values;
    record_.segment = static_cast<std::uint16_t>(segment_);
    record_.row = row;
    record_.sent.address = address_;
    record_.sent.known = diff_.is_contact(profile.member);
    record_.sent.values.assign(values_.begin(), values_.end());
    return writer_.upsert(record_);
}

result<void> RowReader::write_dropped(std::uint64_t row, const plan::SegmentRow& profile) {
    values_dropped += dropped_.size();
    for (const provider::DroppedValue& d : dropped_) {
        store::Reject r = reject_of(model::CountedIn::values_dropped, row, &profile.member);
        r.field = in_.wire_fields[d.field];
        r.code = d.code;
        r.reject_class = model::RejectClass::fix_data;
        r.detail = d.why;
        if (auto written = writer_.reject(r); !written) return written;
    }
    return {};
}

result<void> RowReader::write_deferred(std::uint64_t row, const plan::SegmentRow& profile) {
    const plan::DeferredReject* const deferred = diff_.deferred_of(profile.member);
    return writer_.reject_again(reject_of(model::CountedIn::rejected, row, &profile.member), deferred->words);
}

std::span<const store::DeferredMark> RowReader::refused_of(const MemberHash& member) const {
    const auto first = std::lower_bound(
        refused_.begin(), refused_.end(), member,
        [](const store::DeferredMark& mark, const MemberHash& m) { return mark.member < m; });
    auto last = first;
    while (last != refused_.end() && last->member == member) ++last;
    return {first, last};
}

bool RowReader::is_tried_again(const plan::SegmentRow& profile) const {
    const auto refused = refused_of(profile.member);
    return std::any_of(refused.begin(), refused.end(), [&](const store::DeferredMark& mark) {
        return mark.again && mark.values == profile.values;
    });
}

result<void> RowReader::write_refused(std::uint64_t row, const plan::SegmentRow& profile) {
    if (refused_.empty()) return {};
    for (const store::DeferredMark& mark : refused_of(profile.member)) {
        if (mark.values != profile.values) continue;
        ++values_dropped;
        auto written = writer_.reject_again(reject_of(model::CountedIn::values_dropped, row, &profile.member),
                                            mark.words);
        if (!written) return written;
    }
    return {};
}

store::Reject RowReader::reject_of(model::CountedIn counted_in, std::uint64_t row,
                                   const MemberHash* member) const {
    store::Reject r;
    r.run = in_.run;
    r.segment = in_.segments[segment_].segment.name;
    r.row = row;
    if (member && !is_forgotten(*member)) r.member = *member;
    r.counted_in = counted_in;
    return r;
}

result<void> RowReader::write_invalid(std::uint64_t row, const MemberHash* member, std::string code,
                                      std::string detail) {
    store::Reject r = reject_of(model::CountedIn::invalid, row, member);
    r.code = std::move(code);
    r.reject_class = model::RejectClass::fix_data;
    r.detail = std::move(detail);
    return writer_.reject(r);
}

result<void> RowReader::write_suppressed(std::uint64_t row, const MemberHash& member, std::string code,
                                         std::string detail) {
    store::Reject r = reject_of(model::CountedIn::suppressed, row, &member);
    r.code = std::move(code);
    r.reject_class = model::RejectClass::never;
    r.detail = std::move(detail);
    return writer_.reject(r);
}

}  // namespace audienced::run
