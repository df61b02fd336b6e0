// The outcomes of one batch become ledger, suppressions, rejects and counts, in one transaction.
#pragma once

#include <vector>

#include "model/batch.hpp"
#include "model/ids.hpp"
#include "model/run.hpp"
#include "spool/record.hpp"
#include "store/ledger.hpp"
#include "store/runs.hpp"

namespace audienced::run {

/// A record of the batch and what became of it.
struct Settled {
    spool::Record record;
    model::Outcome outcome;
};

/// What settling needs to know of the run; plain data, so that it can be tested on a database alone.
struct SettleInput {
    model::ExportId export_id;
    model::RunId run = 0;
    std::vector<std::string> segments;  // names, by spool::Record::segment
    model::DestinationKey destination_key;
    std::uint64_t joined_by_upsert = 0;
    std::vector<store::GroupRow> groups;  // by bit
    SysTime now;
    model::Traffic traffic;  // to add to the run's row
};

/// Errors: store_*; nothing is written then.
result<void> settle(store::Database&, const vault::Vault&, const SettleInput&, const store::BatchRow&,
                    const std::vector<Settled>&);

}  // namespace audienced::run
