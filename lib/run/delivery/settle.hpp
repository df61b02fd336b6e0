// The outcomes of one batch become what is remembered: contacts, memberships, values, opt-outs, rejects,
// counts and the act, in one transaction.
#pragma once

#include <optional>
#include <vector>

#include "model/ids.hpp"
#include "model/membership.hpp"
#include "model/provider_time.hpp"
#include "model/run.hpp"
#include "run/delivery/settled.hpp"
#include "store/acts.hpp"
#include "store/memberships.hpp"
#include "store/runs.hpp"
#include "vault/vault.hpp"

namespace audienced::run {

/// What settling needs to know of the batch and its run; plain data, so that it can be tested on a database
/// alone.
struct SettleInput {
    model::ExportId export_id;
    model::RunId run = 0;
    std::int64_t seq = 0;
    model::BatchKind kind = model::BatchKind::upsert;
    std::vector<std::string> segments;  // names, by spool::Record::segment
    model::DestinationId destination;
    model::ExportSlots slots;
    std::vector<store::GroupRow> groups;  // by bit; those that records of kind `forget` speak of
    std::vector<store::GroupRow> lists;   // that an upsert joins
    store::GroupRow group;                // of a membership batch
    std::int64_t intent = 0;              // that ends with it; 0: none
    std::string ticket;                   // of its job
    bool run_is_over = false;             // its members were counted as not sent
    SysTime now;
    std::optional<model::ProviderTime> settled_at;  // provider::Provider::clock()
    int reject_tries = 5;    // a member that was sent so often waits for a person; see Refusals
    model::Traffic traffic;  // to add to the run's row
};

/// Errors: store_*; nothing is written then.
result<void> settle(store::Database&, const vault::Vault&, const SettleInput&, const std::vector<Settled>&);

/// The act of the batch, without members; and what it says of one.
store::Act act_of(const SettleInput&);
store::ActMember act_member(const Settled&, bool changed);

/// What became of the batch is not known, and is not going to be: what it asked for may have happened or not.
/// The next plan asks for it again, or for its reverse. Errors: store_*; nothing is written then.
result<void> close_unclear(store::Database&, const vault::Vault&, const SettleInput&,
                           const std::vector<Settled>&);
/// The same for one record of a call, within the caller's transaction; the act is the caller's. True: the
/// call may have changed a membership.
result<bool> remember_unclear(store::Database&, const vault::Vault&, const SettleInput&, const Settled&);

}  // namespace audienced::run
