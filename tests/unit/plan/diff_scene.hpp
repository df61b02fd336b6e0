// Members of the ledger and rows of a segment, named by small numbers.
#pragma once

#include <map>

#include "plan/diff.hpp"

namespace audienced::test {

inline MemberHash member(std::uint8_t n) {
    MemberHash m;
    m.bytes.fill(n);
    return m;
}

inline plan::LedgerEntry known(std::uint8_t n, std::uint64_t values, std::uint64_t groups,
                               std::uint64_t owned) {
    return {member(n), values, groups, owned, 0, model::CountedAs::added};
}

inline plan::SegmentRow row(std::uint8_t n, std::uint64_t values, std::uint64_t groups,
                            plan::SegmentRow::Address address = plan::SegmentRow::Address::usual) {
    return {member(n), values, groups, address};
}

inline plan::DiffOptions of_run(model::RunId run) {
    plan::DiffOptions o;
    o.run = run;
    return o;
}

inline std::map<std::uint8_t, plan::Regroup> by_member(const plan::Diff& diff,
                                                       const std::vector<plan::Regroup>& changes) {
    std::map<std::uint8_t, plan::Regroup> out;
    for (const plan::Regroup& r : changes) out[diff.member(r.known).bytes[0]] = r;
    return out;
}

}  // namespace audienced::test
