// Which bit of a plan means which group of the provider. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "provider/provider.hpp"
#include "store/memberships.hpp"

namespace audienced::run {

struct GroupBits {
    std::vector<store::GroupRow> groups;  // by bit; one without a title is not in use
    provider::GroupLayout layout;         // masks in these bits; groups parallel to `groups`
    std::vector<model::GroupNo> gone;     // groups of the destination that the provider has no more
};

/// What find_groups() is to look for by id: the groups of the export first.
std::vector<model::Group> known_groups(const std::vector<store::GroupRow>& of_export,
                                       const std::vector<store::GroupRow>& of_destination);

/// `of_export`: as stored. `found`: as the provider sees the segments' groups now. A bit belongs to a title
/// for as long as the export holds a member in its group; exports of one destination share its groups.
/// Errors: too_large past 64 groups.
result<GroupBits> assign_bits(const std::vector<store::GroupRow>& of_export,
                              const std::vector<store::GroupRow>& of_destination,
                              const provider::GroupLayout& found);

}  // namespace audienced::run
