// Contacts as the provider knows them, by member of a destination.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/ids.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

struct Contact {
    MemberHash member;  // of the address under which it was delivered
    model::ContactId contact_id;
    std::optional<MemberHash> moved_to;  // the member of its present address, if that is another one
    std::string address;  // the present one; clear in memory, sealed in the table; may be empty
};
result<std::optional<Contact>> find_contact(Database&, const vault::Vault&, model::DestinationId,
                                            const MemberHash&);
/// Without the address.
result<std::optional<Contact>> peek_contact(Database&, model::DestinationId, const MemberHash&);
result<bool> has_contacts(Database&, model::DestinationId);
/// Has any contact another address than it was delivered to? Asked once, it saves a look-up for each member.
result<bool> has_moved(Database&, model::DestinationId);
/// Inserts; of a row that is there an empty contact_id, address or moved_to keeps what it has: a contact that
/// was sent something under its present address has that address yet.
result<void> put_contact(Database&, const vault::Vault&, model::DestinationId, const Contact&);
/// A call took it out of a tag or list: an undo may need its address yet.
result<void> set_removed_at(Database&, model::DestinationId, const MemberHash&, SysTime);
/// Only for a contact that has a row.
result<void> set_contact_id(Database&, model::DestinationId, const MemberHash&, const model::ContactId&);

/// The contact has the address again under which it was delivered: this one.
result<void> set_moved_back(Database&, const vault::Vault&, model::DestinationId, const MemberHash&,
                            std::string_view address);

/// The member whose contact has this member's address now; none: no contact moved here.
result<std::optional<MemberHash>> find_moved_here(Database&, model::DestinationId, const MemberHash&);
/// All contacts with another address than they were delivered to, sorted by `now`.
struct Moved {
    MemberHash now, member;
};
result<std::vector<Moved>> list_moved(Database&, model::DestinationId);

/// Contacts with these ids. Reads all contacts of the destination, in slices of at most `limit` after
/// `after`; gives the last member read, none at the end.
result<std::optional<MemberHash>> find_by_contact_id(Database&, model::DestinationId,
                                                     const std::set<std::string>& ids,
                                                     const std::optional<MemberHash>& after,
                                                     std::size_t limit,
                                                     const std::function<void(const Contact&)>& found);

}  // namespace audienced::store
