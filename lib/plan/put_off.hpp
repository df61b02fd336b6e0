// Rows that cannot be read, and whose members are not known, put removals off: one of them may be a member
// that would be removed. Not for ever, since a segment may stand for consent. Pure.
#pragma once

#include <cstdint>

namespace audienced::plan {

/// What is remembered of an export's unreadable rows without a readable address.
struct UnreadableRows {
    std::uint64_t accepted = 0;  // so many are known, and put nothing off any more
    int put_off = 0;             // runs in a row that put removals off
    bool operator==(const UnreadableRows&) const = default;
};

struct PutOff {
    bool removals = false;  // put off by this run
    UnreadableRows next;    // to remember when the plan is stored
};
/// `found`: such rows in this run.
PutOff decide_put_off(UnreadableRows before, std::uint64_t found) noexcept;

}  // namespace audienced::plan
