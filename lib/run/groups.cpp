#include "run/groups.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::run {
namespace {

std::uint64_t translate(std::uint64_t mask, const std::vector<int>& bit_of) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < bit_of.size(); ++i)
        if (mask >> i & 1) out |= std::uint64_t{1} << bit_of[i];
    return out;
}

}  // namespace

result<GroupBits> assign_bits(std::vector<store::GroupRow> known, const provider::GroupLayout& found) {
    GroupBits out;
    out.groups = std::move(known);
    std::vector<int> bit_of;  // found index -> ledger bit
    for (const model::Group& group : found.groups) {
        auto row = std::find_if(out.groups.begin(), out.groups.end(),
                                [&](const store::GroupRow& r) { return iequals(r.title, group.title); });
        if (row == out.groups.end()) {
            if (out.groups.size() >= 64)
                return make_error(Errc::too_large, "an export can feed at most 64 tags over its life",
                                  "make a new export for the further segments");
            store::GroupRow fresh;
            fresh.bit = static_cast<int>(out.groups.size());
            fresh.id = group.id;
            fresh.title = group.title;
            row = out.groups.insert(out.groups.end(), std::move(fresh));
        } else if (row->id != group.id) {
            if (!row->id.empty()) out.lost |= std::uint64_t{1} << row->bit;
            row->id = group.id;
            row->scanned = false;
        }
        bit_of.push_back(row->bit);
    }
    for (const store::GroupRow& row : out.groups) {
        model::Group g;
        g.id = row.id;
        g.title = row.title;
        out.layout.groups.push_back(std::move(g));
    }
    for (const std::uint64_t mask : found.of_segment)
        out.layout.of_segment.push_back(translate(mask, bit_of));
    out.layout.joined_by_upsert = translate(found.joined_by_upsert, bit_of);
    return out;
}

}  // namespace audienced::run
