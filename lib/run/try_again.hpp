// A scheduled run that failed for a reason that passes by itself is tried again before its next start.
#pragma once

#include <string>

#include "base/error.hpp"
#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::run {

/// Network, timeouts, answers that are none, rate limits, a busy or full database: not what a person has to
/// change.
bool passes_by_itself(const Error& error) noexcept;

/// Within the transaction that records the end of `run`: when it is tried again, or that it no longer is.
/// Gives what its reason says of that; may be empty. A person's run is not repeated; one that succeeds ends
/// what was planned.
result<std::string> plan_retry(store::Database& db, const model::Run& run, bool failure_passes, SysTime now);

}  // namespace audienced::run
