// What is known to be delivered, per export and member.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "model/batch.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

struct LedgerRow {
    MemberHash member;
    std::uint64_t values = 0;  // keyed hash of the mapped values as sent
    std::uint64_t groups = 0;  // bits: she is in there, as far as we know
    std::uint64_t owned = 0;   // bits that this program gave her; only these may be taken back
    std::string provider_id;
    std::string address;  // clear in memory, sealed in the table; empty where not read
    std::int64_t last_run = 0;
    char last_change = 'a';  // what last_run did to her: 'a'dded or 'u'pdated
};

/// Members of the export ordered by hash, without addresses and provider ids: what the diff needs. At most
/// `limit` after `after` (none: from the first), so that nobody waits long for the store's thread. Gives how
/// many there were.
result<std::size_t> scan_ledger(Database&, std::int64_t export_id, const std::optional<MemberHash>& after,
                                std::size_t limit, const std::function<void(const LedgerRow&)>& each);
result<std::uint64_t> count_ledger(Database&, std::int64_t export_id);
/// With address and provider id.
result<std::optional<LedgerRow>> find_in_ledger(Database&, const vault::Vault&, std::int64_t export_id,
                                                const MemberHash&);
/// Inserts or replaces; within the caller's transaction. An empty address or provider_id keeps the one that
/// is there.
result<void> put_in_ledger(Database&, const vault::Vault&, std::int64_t export_id, const LedgerRow&);
/// She is about to be taken out of these groups: from now on her absence there is our doing and no wish of
/// hers, and until it is known to be done the bits stay owned, so that it is asked for again. Nothing if she
/// is not in the ledger.
result<void> clear_membership_before_removal(Database&, std::int64_t export_id, const MemberHash&, std::uint64_t bits);
/// She was sent, and is in these groups now: inserts, or adds `groups` to what is there, and of `owned` those
/// that are new to her; an empty provider_id keeps the one that is there. One statement where find and put
/// are two.
result<void> merge_into_ledger(Database&, const vault::Vault&, std::int64_t export_id, const LedgerRow&);
result<void> remove_from_ledger(Database&, std::int64_t export_id, const MemberHash&);
/// Groups bits that are gone at the provider (a tag was deleted there): cleared from every row.
result<void> clear_group_bits(Database&, std::int64_t export_id, std::uint64_t bits);
result<void> set_provider_id(Database&, std::int64_t export_id, const MemberHash&,
                             std::string_view provider_id);

/// Which bit means which group, per export. A bit is never reused for another title.
struct GroupRow {
    int bit = 0;
    std::string id, title;
    bool scanned = false;  // members found in it before we came are in foreign_members
};
result<std::vector<GroupRow>> get_groups(Database&, std::int64_t export_id);
/// Inserts, or fills in id, title and scanned. Errors: wrong_state (the bit stands for another group, or the
/// title has another bit).
result<void> put_group(Database&, std::int64_t export_id, const GroupRow&);

/// Members whom somebody else put into a group. `place` is account/destination.
result<void> add_preexisting_member(Database&, std::string_view place, std::string_view group_id, const MemberHash&);
result<bool> is_preexisting_member(Database&, std::string_view place, std::string_view group_id, const MemberHash&);
/// Is anybody foreign in that group at all? Asked once, it saves a look-up for each member.
result<bool> has_preexisting_members(Database&, std::string_view place, std::string_view group_id);
/// Does another export that feeds the same place hold this member in that group? Is any of them its owner?
struct Held {
    bool held = false, owned = false;
};
result<Held> held_by_other_export(Database&, std::int64_t export_id, std::string_view place,
                            std::string_view group_id, const MemberHash&);
/// Is there another export at all that feeds that group?
result<bool> other_export_feeds(Database&, std::int64_t export_id, std::string_view place,
                              std::string_view group_id);

}  // namespace audienced::store
