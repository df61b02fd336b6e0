#include "run/groups.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t max_groups = 64;

std::uint64_t translate(std::uint64_t mask, const std::vector<int>& bit_of) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < bit_of.size(); ++i)
        if (mask >> i & 1) out |= std::uint64_t{1} << bit_of[i];
    return out;
}

const store::GroupRow* by_id(const std::vector<store::GroupRow>& rows, const model::GroupId& id) {
    const auto at = std::find_if(rows.begin(), rows.end(),
                                 [&](const store::GroupRow& r) { return !id.empty() && r.id == id; });
    return at == rows.end() ? nullptr : &*at;
}

store::GroupRow freed(int bit) {
    return store::GroupRow{bit, {}, {}, {}, false, false, true};
}

/// A group that another export asked for, and that is not made yet.
const store::GroupRow* not_made(const std::vector<store::GroupRow>& rows, const std::string& title) {
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const store::GroupRow& r) {
        return r.id.empty() && iequals(r.title, title);
    });
    return at == rows.end() ? nullptr : &*at;
}

/// The row of a tag that the export feeds already, under whatever title: when the tag was renamed at the
/// provider and the segment's title followed, its members stay in it. A row that had the title is free: its
/// own tag is gone, else the title would have meant that one.
store::GroupRow* retitled(std::vector<store::GroupRow>& rows, const model::Group& group) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const store::GroupRow& r) {
        return !group.id.empty() && r.id == group.id && !r.title.empty();
    });
    if (row == rows.end()) return nullptr;
    for (store::GroupRow& other : rows)
        if (&other != &*row && iequals(other.title, group.title)) other = freed(other.bit);
    row->title = group.title;
    return &*row;
}

result<std::vector<store::GroupRow>::iterator> row_for(std::vector<store::GroupRow>& rows,
                                                       const model::Group& group) {
    if (store::GroupRow* known = retitled(rows, group)) return rows.begin() + (known - rows.data());
    const std::string& title = group.title;
    auto row = std::find_if(rows.begin(), rows.end(),
                            [&](const store::GroupRow& r) { return iequals(r.title, title); });
    if (row != rows.end()) return row;
    row = std::find_if(rows.begin(), rows.end(), [](const store::GroupRow& r) { return r.title.empty(); });
    if (row == rows.end()) {
        if (rows.size() >= max_groups)
            return make_error(Errc::too_large,
                              "an export can feed at most 64 tags at a time, those included whose members it "
                              "has still to take out",
                              "make a new export for the further segments");
        row = rows.insert(rows.end(), store::GroupRow());
        row->bit = static_cast<int>(rows.size()) - 1;
    }
    row->title = title;
    return row;
}

/// The export's rows, so that each stands at the place of its bit.
std::vector<store::GroupRow> by_bit(const std::vector<store::GroupRow>& of_export) {
    std::vector<store::GroupRow> out;
    for (const store::GroupRow& row : of_export) {
        while (out.size() <= static_cast<std::size_t>(row.bit)) {
            out.emplace_back();
            out.back().bit = static_cast<int>(out.size()) - 1;
        }
        out[static_cast<std::size_t>(row.bit)] = row;
    }
    return out;
}

}  // namespace

std::vector<model::Group> known_groups(const std::vector<store::GroupRow>& of_export,
                                       const std::vector<store::GroupRow>& of_destination) {
    std::vector<model::Group> out;
    for (const auto* rows : {&of_export, &of_destination})
        for (const store::GroupRow& row : *rows) {
            const bool known =
                std::any_of(out.begin(), out.end(), [&](const model::Group& g) { return g.id == row.id; });
            if (!row.id.empty() && !known) out.push_back({row.id, row.title});
        }
    return out;
}

result<GroupBits> assign_bits(const std::vector<store::GroupRow>& of_export,
                              const std::vector<store::GroupRow>& of_destination,
                              const provider::GroupLayout& found) {
    GroupBits out;
    out.groups = by_bit(of_export);
    const auto is_gone = [&](const model::GroupId& id) {
        return std::find(found.gone.begin(), found.gone.end(), id) != found.gone.end();
    };
    std::vector<int> bit_of;  // found index -> bit
    for (std::size_t i = 0; i < found.groups.size(); ++i) {
        const model::Group& group = found.groups[i];
        auto at = row_for(out.groups, group);
        if (!at) return at.error();
        store::GroupRow& row = **at;
        if (row.id != group.id || row.no == model::GroupNo()) {
            const store::GroupRow* shared = by_id(of_destination, group.id);
            if (!shared && group.id.empty() && row.id.empty()) shared = not_made(of_destination, group.title);
            // What is known of the members of a group that is gone says nothing of the one in its place.
            if (!row.id.empty() || shared) row.no = model::GroupNo();
            row.id = group.id;
            row.scanned = false;
            if (shared) row.no = shared->no, row.scanned = shared->scanned;
        }
        row.is_list = (found.joined_by_upsert >> i & 1) != 0;
        bit_of.push_back(row.bit);
    }
    for (store::GroupRow& row : out.groups) {
        if (is_gone(row.id)) row = freed(row.bit);
        out.layout.groups.push_back({row.id, row.title});
    }
    for (const store::GroupRow& row : of_destination)
        if (is_gone(row.id)) out.gone.push_back(row.no);
    for (const std::uint64_t mask : found.of_segment)
        out.layout.of_segment.push_back(translate(mask, bit_of));
    out.layout.joined_by_upsert = translate(found.joined_by_upsert, bit_of);
    return out;
}

}  // namespace audienced::run
