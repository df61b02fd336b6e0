// Batches that were, or may have been, sent and whose outcome is not known: stored before the first byte goes
// out, kept until the outcome is known or the provider was asked. They belong to the destination and outlive
// their run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/batch.hpp"
#include "model/ids.hpp"
#include "model/provider_time.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

struct Intent {
    std::int64_t id = 0;
    model::DestinationId destination;
    model::ExportId export_id;
    std::int64_t run = 0, seq = 0;  // the batch
    model::BatchKind kind = model::BatchKind::upsert;
    model::GroupNo group;                           // membership only
    std::optional<model::ProviderTime> sent_after;  // by the provider's clock; none: it told no time yet
    std::string ticket;                             // of the provider's job; empty: none is known
    std::uint64_t rows = 0;                         // members of the call
    bool restored = false;  // of a backup: what jobs the provider has had since is not known
};
/// `records`: the batch as lib/run/delivery/settled.hpp prints it; sealed in the table. Gives the id.
/// A batch that is sent again takes the place of its earlier intent.
result<std::int64_t> put_intent(Database&, const vault::Vault&, const Intent&, std::string_view records);
result<void> set_ticket(Database&, std::int64_t id, std::string_view ticket);
/// In place of what it had.
result<void> set_intent_records(Database&, const vault::Vault&, const Intent&, std::string_view records);
/// Of every destination: batch, ticket and rows, as far as they are needed for their records.
result<std::vector<Intent>> list_all_intents(Database&);
/// Oldest first.
result<std::vector<Intent>> list_intents(Database&, model::DestinationId);
result<std::string> intent_records(Database&, const vault::Vault&, std::int64_t id);
result<void> remove_intent(Database&, std::int64_t id);

}  // namespace audienced::store
