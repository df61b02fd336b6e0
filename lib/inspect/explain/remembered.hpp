// What the database remembers of one member of an export.
#pragma once

#include <string>
#include <vector>

#include "aio/time.hpp"
#include "inspect/explain/facts.hpp"
#include "model/export.hpp"
#include "model/ids.hpp"
#include "store/store.hpp"
#include "vault/vault.hpp"

namespace audienced::inspect {

/// The member, and those that belong to the same contact or person.
struct Subject {
    MemberHash asked;
    std::optional<MemberHash> present;  // of the address that the contact has now
    std::optional<MemberHash> former;   // of the address under which the contact was delivered
    std::optional<MemberHash> earlier;  // the person's, by the key

    /// The member by which the contact is remembered.
    const MemberHash& contact() const { return former ? *former : asked; }
    std::vector<std::pair<MemberHash, Under>> all() const;
};
/// Without `earlier` where only a key tells it. On the store's thread.
result<Subject> find_subject(store::Database&, model::DestinationId, const MemberHash& asked);

struct MemoryQuestion {
    model::Export definition;
    model::ExportId export_id;
    model::DestinationId destination;  // DestinationId(): none is known
    bool bound = false;                // the export ran there
    Subject subject;
};
/// All but the acts. On the store's thread. Errors: store_*.
result<Remembered> read_memory(store::Database&, const vault::Vault&, const MemoryQuestion&);
/// Adds the newest acts on the member, in slices, and stops after `limit` of time. Suspends.
awaitable<result<void>> read_acts(store::Store&, aio::Time&, const MemoryQuestion&,
                                  std::chrono::milliseconds limit, Remembered& into);

}  // namespace audienced::inspect
