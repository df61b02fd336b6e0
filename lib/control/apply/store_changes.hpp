// The write of a plan: everything, or nothing.
#pragma once

#include "control/apply/plan.hpp"
#include "control/authorise.hpp"

namespace audienced::control {

/// In one transaction, with an audit row for each object. On the store's thread. `plan.wanted` becomes what
/// is stored. Errors: wrong_state (a definition was changed since the plan was made; what the command for
/// that change would say), each with the object in its message; store_*.
result<void> store_changes(store::Database&, const vault::Vault&, ApplyPlan& plan, const Caller& caller,
                           SysTime now);

}  // namespace audienced::control
