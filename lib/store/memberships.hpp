// Tags and lists of a destination, the members in them, and who put them there.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "model/ids.hpp"
#include "model/membership.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// A group, and the bit that stands for it in the plans of one export.
struct GroupRow {
    int bit = 0;
    model::GroupNo no;  // GroupNo(): not stored yet
    model::GroupId id;
    std::string title;  // of the segment that it belongs to
    bool is_list = false;
    bool scanned = false;  // members found in it before our first delivery are known
    /// When it was first seen it had members, or was not new: a contact may have left it before.
    bool had_members = true;
};
/// The groups of an export, by bit.
result<std::vector<GroupRow>> get_groups(Database&, model::ExportId);
/// All groups of a destination; their bits mean nothing.
result<std::vector<GroupRow>> groups_of_destination(Database&, model::DestinationId);
/// Inserts what is new (and fills in `no`), or updates id and scanned; ties the export's bit to it.
result<void> put_group(Database&, model::DestinationId, model::ExportId, GroupRow&);
/// The bit stands for no group any more, and its title is free.
result<void> free_bit(Database&, model::ExportId, int bit);
/// Of the export's groups whose title is not in `wanted`: frees the bits of those that it holds no member in.
result<void> drop_idle_groups(Database&, model::ExportId, std::uint64_t own_slot,
                              const std::vector<std::string>& wanted);

result<std::optional<model::Standing>> find_membership(Database&, model::GroupNo, const MemberHash&);
/// `none` without holders removes the row.
result<void> put_membership(Database&, model::GroupNo, const MemberHash&, model::Standing);
/// In ascending order of member, at most `limit` after `after`. Gives how many there were.
result<std::size_t> scan_memberships(Database&, model::GroupNo, const std::optional<MemberHash>& after,
                                     std::size_t limit,
                                     const std::function<void(const MemberHash&, model::Standing)>& each);
/// Members of the group in this state, sorted.
result<std::vector<MemberHash>> members_in_state(Database&, model::GroupNo, model::Membership);
result<std::uint64_t> count_memberships(Database&, model::GroupNo, model::Membership);
/// The group is gone at the provider: forgets its id, its bits, and at most `limit` of its members. Gives how
/// many.
result<std::size_t> forget_group(Database&, model::GroupNo, std::size_t limit);

}  // namespace audienced::store
