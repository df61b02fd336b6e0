// Runs that undo others.
#pragma once

#include <optional>
#include <string_view>

#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// The run that undoes this one: the newest that is not over, or that reversed everything. None: none does,
/// or those that tried left something to do. Dry runs apart.
result<std::optional<model::Run>> undone_by(Database&, model::RunId);

/// The run that is taking back what this export gave.
result<std::optional<model::Run>> withdrawal_of(Database&, std::string_view export_name);

}  // namespace audienced::store
