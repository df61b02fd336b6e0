// What the plan of a run would do, as people judge it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "control/authorise.hpp"
#include "model/planned_part.hpp"
#include "model/run.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::control {

/// On the store's thread. `segments []`, each with what its last delivered run had (`members_before`);
/// `compared_with {run, finished_at}`; `leavers []`, the first members that would lose something, with masked
/// addresses: null for a caller that may not use the export's connection; `replaced_at`, when the next start
/// of the export ends a run that waits for a person.
result<nlohmann::json> plan_of(store::Database&, const vault::Vault&, const Caller&, const model::Run&,
                               SysTime now);
/// `segments` and `compared_with` alone, of a plan that is made after the runs before `before`.
result<nlohmann::json> compared(store::Database&, const std::vector<model::PlannedPart>& parts,
                                const std::string& export_name, model::RunId before);

}  // namespace audienced::control
