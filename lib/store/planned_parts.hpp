// What the plan of a run would do by segment, tag and list, and some of the members that would leave.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.hpp"
#include "model/planned_part.hpp"
#include "model/run.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

/// In place of what is stored for the run; its latest plan counts. For the caller's transaction.
result<void> put_planned(Database&, model::RunId, model::DestinationId,
                         const std::vector<model::PlannedPart>& parts,
                         const std::vector<model::PlannedLeaver>& leavers);
/// In the order of put_planned(); empty for a run that made no plan.
result<std::vector<model::PlannedPart>> planned_parts(Database&, model::RunId);

/// With the present address of its contact, clear in memory; empty if none is known any more.
struct NamedLeaver {
    model::PlannedLeaver leaver;
    std::string address;
};
result<std::vector<NamedLeaver>> planned_leavers(Database&, const vault::Vault&, model::RunId);
/// What another plan of the export is compared with: its latest run earlier than `before` that ended well and
/// sent what it planned.
result<std::optional<model::Run>> run_before(Database&, std::string_view export_name, model::RunId before);

}  // namespace audienced::store
