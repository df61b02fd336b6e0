// What a look at the store gives the queue: the runs that may start, and the held plans that have expired.
#pragma once

#include <vector>

#include "run/pick_runs.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::run {

struct NextRuns {
    std::vector<Candidate> start;
    std::vector<model::RunId> open;   // every run that is not over
    std::vector<model::Run> expired;  // held until now
};

/// In one transaction: held runs whose plan has expired are ended, and so is the held run of an export that a
/// newer run begins for; a dry run replaces none. Each that is ended is a row of the audit.
/// Whatever is under way is left alone. Errors: store_*;
/// nothing is written then.
result<NextRuns> find_next_runs(store::Database&, const vault::Vault&, const UnderWay& now, bool may_start,
                                SysTime at);

}  // namespace audienced::run
