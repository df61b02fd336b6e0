// What people want to know of a run beside its row.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "control/authorise.hpp"
#include "control/daemon_seam.hpp"
#include "store/database.hpp"

namespace audienced::control {

/// Of the export that a run is of. A removed one has neither.
struct ExportFacts {
    std::string title, zone;  // the zone of its times: see NextRun
    std::string destination, destination_name;
};
using FactsByExport = std::map<std::string, ExportFacts>;
result<FactsByExport> read_export_facts(store::Database&);

/// The newest run; a dry run, which says nothing of what was sent, only where all are.
result<std::optional<model::Run>> last_run_of(store::Database&, const std::string& export_name);

/// `undone_by` (null: no run), and of a run that undoes `export_next_run`: see export_draft.hpp.
result<nlohmann::json> read_undo_facts(store::Database&, const model::Run&, SysTime now);

/// Adds `export_title`, `zone`, `destination` and `destination_name`, null where there is none.
void add_export_facts(nlohmann::json& out, const model::Run&, const FactsByExport&);
/// Adds `progress` (null: not under way) and `waits_for` (null: for nothing). `open`: every open run.
void add_progress(nlohmann::json& out, const model::Run&, const std::vector<model::Run>& open, Live&,
                  const Caller&);

}  // namespace audienced::control
