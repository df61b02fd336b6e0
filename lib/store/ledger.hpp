// What is known to be delivered, per export and member.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "model/batch.hpp"
#include "model/counted_as.hpp"
#include "model/ids.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

struct LedgerRow {
    MemberHash member;
    std::uint64_t values = 0;  // keyed hash of the mapped values as sent
    std::uint64_t groups = 0;  // bits of the groups that the member is in, as far as we know
    std::uint64_t owned = 0;   // bits that this program gave; only these may be taken back
    model::ContactId contact_id;
    std::string address;  // clear in memory, sealed in the table; empty where not read
    std::int64_t last_run = 0;
    model::CountedAs last_change = model::CountedAs::added;  // by last_run: added or updated
};

/// Members of the export ordered by hash, without addresses and contact ids: what the diff needs. At most
/// `limit` after `after` (none: from the first), so that no caller waits long for the store's thread. Gives
/// how many there were.
result<std::size_t> scan_ledger(Database&, model::ExportId export_id, const std::optional<MemberHash>& after,
                                std::size_t limit, const std::function<void(const LedgerRow&)>& each);
result<std::uint64_t> count_ledger(Database&, model::ExportId export_id);
/// With address and contact id.
result<std::optional<LedgerRow>> find_in_ledger(Database&, const vault::Vault&, model::ExportId export_id,
                                                const MemberHash&);
/// Inserts or replaces; within the caller's transaction. An empty address or contact_id keeps the one that
/// is there.
result<void> put_in_ledger(Database&, const vault::Vault&, model::ExportId export_id, const LedgerRow&);
/// The member is about to be taken out of these groups: from now on the absence there is our doing and not
/// the contact's wish, and until the removal is confirmed the bits stay owned, so that it is asked for again.
/// Nothing if the member is not in the ledger.
result<void> clear_membership_before_removal(Database&, model::ExportId export_id, const MemberHash&,
                                             std::uint64_t bits);
/// The member was sent, and is in these groups now: inserts, or adds `groups` to what is there, and of
/// `owned` those that are new; an empty contact_id keeps the one that is there. One statement where find and
/// put are two.
result<void> merge_into_ledger(Database&, const vault::Vault&, model::ExportId export_id, const LedgerRow&);
result<void> remove_from_ledger(Database&, model::ExportId export_id, const MemberHash&);
/// Groups bits that are gone at the provider (a tag was deleted there): cleared from every row.
result<void> clear_group_bits(Database&, model::ExportId export_id, std::uint64_t bits);
result<void> set_contact_id(Database&, model::ExportId export_id, const MemberHash&,
                            const model::ContactId& contact_id);

/// Which bit means which group, per export. A bit is never reused for another title.
struct GroupRow {
    int bit = 0;
    model::GroupId id;
    std::string title;
    bool scanned = false;  // members found in it before our first delivery are in preexisting_members
};
result<std::vector<GroupRow>> get_groups(Database&, model::ExportId export_id);
/// Inserts, or fills in id, title and scanned. Errors: wrong_state (the bit stands for another group, or the
/// title has another bit).
result<void> put_group(Database&, model::ExportId export_id, const GroupRow&);

/// Members that another program put into a group.
result<void> add_preexisting_member(Database&, const model::DestinationKey& destination_key,
                                    const model::GroupId& group_id, const MemberHash&);
result<bool> is_preexisting_member(Database&, const model::DestinationKey& destination_key,
                                   const model::GroupId& group_id, const MemberHash&);
/// Has that group any preexisting member at all? Asked once, it saves a look-up for each member.
result<bool> has_preexisting_members(Database&, const model::DestinationKey& destination_key,
                                     const model::GroupId& group_id);
/// Does another export of the same destination hold this member in that group? Is any of them its owner? With
/// ExportId(): does any export?
struct Held {
    bool held = false, owned = false;
};
result<Held> held_by_other_export(Database&, model::ExportId export_id,
                                  const model::DestinationKey& destination_key,
                                  const model::GroupId& group_id, const MemberHash&);
/// Is there another export at all that feeds that group?
result<bool> other_export_feeds(Database&, model::ExportId export_id,
                                const model::DestinationKey& destination_key, const model::GroupId& group_id);

}  // namespace audienced::store
