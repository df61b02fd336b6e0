// Held runs: a plan that waits for a person is good only as long as nothing it was made with has changed.
#pragma once

#include <string_view>
#include <vector>

#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// May exactly the plan of this held run be delivered? Errors: those of check_permission(); where they mean
/// that the plan has expired: plan_expired, with what to do.
result<void> check_held_plan(Database&, const model::Run&);

/// Ends the held runs of an export as cancelled: their plans have expired because of `why`. For the
/// transaction that starts a newer run. Gives what was ended; their spools and the journal are the caller's.
result<std::vector<model::Run>> expire_held_runs(Database&, std::string_view export_name,
                                                 std::string_view why, SysTime now);
/// The same for each of `held` whose plan has expired.
result<std::vector<model::Run>> expire_stale_runs(Database&, const std::vector<model::Run>& held,
                                                  SysTime now);

/// Ends these runs as cancelled, with this reason; what they planned is gone.
result<std::vector<model::Run>> end_runs(Database&, std::vector<model::Run> runs, std::string_view reason,
                                         SysTime now);

}  // namespace audienced::store
