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

struct RetryPlan {
    std::optional<SysTime> next_try;
    int given_up_after = 0;  // times that it was tried again; 0: it may be tried again, or never was
};
/// Within the transaction that records the end of `run`: when it is tried again, or that it no longer is. A
/// person's run is not repeated; one that succeeds ends what was planned.
result<RetryPlan> plan_retry(store::Database& db, const model::Run& run, bool failure_passes, SysTime now);

}  // namespace audienced::run
