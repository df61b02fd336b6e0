// Which bit of the ledger means which group of the provider. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "provider/provider.hpp"
#include "store/ledger.hpp"

namespace audienced::run {

struct GroupBits {
    std::vector<store::GroupRow> groups;  // every bit that the ledger knows, and the new ones
    provider::GroupLayout layout;         // masks in the ledger's bits; groups parallel to `groups`
    std::uint64_t lost = 0;               // groups that are gone at the provider, or were made anew there
};

/// `known`: as stored. `found`: as the provider sees the segments' groups now. A bit belongs to a title for
/// good; a segment that the export dropped keeps its bit, so that its members can be taken out. Errors:
/// too_large past 64 groups over the export's life.
result<GroupBits> assign_bits(std::vector<store::GroupRow> known, const provider::GroupLayout& found);

}  // namespace audienced::run
