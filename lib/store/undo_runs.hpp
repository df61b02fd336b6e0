// Runs that undo others.
#pragma once

#include <optional>
#include <string_view>

#include "model/ids.hpp"
#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// The run that undoes this one: the newest that is not over, or that reversed everything. None: none does,
/// or those that tried left something to do. Dry runs apart.
result<std::optional<model::Run>> undone_by(Database&, model::RunId);

/// Where a run changed memberships or its export's holds on them, or may have.
struct UndoPlace {
    model::ExportId export_id;
    model::DestinationId destination;
};
/// By an act, or by a call that has no outcome yet. None: it changed none, and is not going to.
result<std::optional<UndoPlace>> place_to_undo(Database&, model::RunId);

/// The run that is taking back what this export gave.
result<std::optional<model::Run>> withdrawal_of(Database&, std::string_view export_name);

}  // namespace audienced::store
