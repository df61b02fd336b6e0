// What a run's row says, as it goes along.
#pragma once

#include <string>

#include "model/ids.hpp"
#include "run/progress.hpp"

namespace audienced::run {

/// How a run ended, or why it stopped before its end.
struct Ending {
    model::RunStatus status = model::RunStatus::failed;
    std::string reason, error;
    bool passes = false;  // it failed for a reason that passes by itself
    Quotes quotes = Quotes::nothing;
    model::TryOutcome tried = model::TryOutcome::none;
};

awaitable<result<void>> set_status(Environment& env, RunProgress& progress, model::RunStatus status,
                                   std::string text);
awaitable<result<void>> set_held(Environment& env, RunProgress& progress, std::string reason);
/// Was the plan of this run completed and stored?
bool has_plan(const model::Run& run);
/// Batches and spool go; what was settled stays in the ledger, what was counted and listed until a new plan
/// is stored.
awaitable<result<void>> drop_plan(Environment& env, RunProgress& progress);
/// Counts as settled, into progress.run.
awaitable<result<void>> final_counts(Environment& env, RunProgress& progress);
/// The end: row, spool, journal. A spool file that cannot be removed now goes at the end of the next run.
awaitable<void> record(Environment& env, RunProgress& progress, Ending end);

}  // namespace audienced::run
