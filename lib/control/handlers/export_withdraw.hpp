// An export that takes back what it gave before it goes.
#pragma once

#include "control/router.hpp"

namespace audienced::control {

/// Errors: wrong_state, while a run takes back what the export gave.
result<void> check_not_withdrawn(store::Database&, const std::string& name);

}  // namespace audienced::control
