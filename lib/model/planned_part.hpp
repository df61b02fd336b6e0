// What a plan would do, by segment and by tag or list: what people judge a plan by. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/digest.hpp"

namespace audienced::model {

/// A segment with the tag that it feeds; a list, which all segments feed; or a tag that no segment of the
/// export feeds any more.
struct PlannedPart {
    std::string segment;  // its name; empty: a list, or a tag that is fed no more
    std::string title;    // of the segment, or of the former one; of a list "list ID"
    bool is_list = false;
    std::optional<std::uint64_t> profiles;  // rows that were read; none: fed no more
    std::optional<std::uint64_t> members;   // different valid addresses among them
    /// Members that get and lose the tag or list; none: the segment has no tag of its own.
    std::optional<std::uint64_t> joins, leaves;
    bool operator==(const PlannedPart&) const = default;
};

/// A member that would lose a tag or list that this program gave.
struct PlannedLeaver {
    MemberHash member;
    std::uint64_t parts = 0;  // bit i: what it loses is that of the i-th part
    bool operator==(const PlannedLeaver&) const = default;
};

}  // namespace audienced::model
