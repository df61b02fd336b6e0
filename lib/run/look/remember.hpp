// What a listing shows of one contact becomes what is remembered of its member.
#pragma once

#include <cstdint>
#include <vector>

#include "model/ids.hpp"
#include "provider/types.hpp"
#include "store/memberships.hpp"
#include "vault/vault.hpp"

namespace audienced::run {

/// What a look works with; the same for all its pages.
struct LookInput {
    model::DestinationId destination;
    std::vector<store::GroupRow> groups;  // of the destination, those that are made
    std::int64_t run = 0;
    std::int64_t full_pull = 0;  // number of the full pull that reports it, or the last one's
    SysTime now;
    /// These contacts changed since a backup from which the state was restored: whether this program or
    /// others put them into their groups since then is not known.
    bool changed_since_backup = false;
    std::vector<MemberHash> forgotten;  // sorted: nothing is remembered of them
};
bool is_forgotten(const LookInput&, const MemberHash&);

/// The contact of this member: its opt-outs, and in which groups it is. Within the caller's transaction.
/// Errors: store_*.
result<void> remember(store::Database&, const LookInput&, const MemberHash& member,
                      const provider::ContactStatus& contact);

}  // namespace audienced::run
