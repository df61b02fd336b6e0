// The plan of a run: made on a reader thread, spooled, stored.
#pragma once

#include "plan/guards.hpp"
#include "run/definition.hpp"
#include "run/planning/planning.hpp"
#include "run/progress.hpp"
#include "store/runs.hpp"

namespace audienced::run {

struct StoredPlan {
    plan::GuardVerdict verdict;
    std::string note;                      // PlanResult::note
    std::vector<store::BatchRow> batches;  // as stored; none when nothing is stored
};

/// Reads, diffs, spools; then stores batches, figures and the settled part of the counts in one transaction
/// (nothing if the verdict is `skip`, or in a dry run). Source changes while reading: read again, twice.
/// Errors: not_ready ...
awaitable<result<StoredPlan>> make_and_store_plan(Environment& env, const RunDefinition& definition,
                                                  const GroupBits& groups, RunProgress& progress,
                                                  std::stop_token stop);

/// Plans into `writer` instead; the store is read, never written. `run` is 0 for a preview. `seen`: what the
/// memory does not know yet.
awaitable<result<PlanResult>> plan_into(Environment& env, const RunDefinition& definition,
                                        const GroupBits& groups, model::RunId run, model::RunOptions options,
                                        std::stop_token stop, PlanWriter& writer, SeenContacts seen = {});

}  // namespace audienced::run
