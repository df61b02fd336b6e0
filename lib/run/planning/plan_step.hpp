// The plan of a run: made on a reader thread, spooled, stored.
#pragma once

#include "plan/guards.hpp"
#include "run/context.hpp"
#include "run/planning/planning.hpp"

namespace audienced::run {

/// Reads, diffs, spools; then stores batches, figures and the settled part of the counts in one transaction
/// (nothing but the verdict if it is `skip`). Source changes while reading: read again, twice. Errors:
/// not_ready ...
awaitable<result<plan::GuardVerdict>> make_and_store_plan(Context& ctx);

/// Plans into `writer` instead; the store is read, never written.
awaitable<result<PlanResult>> plan_into(Context& ctx, PlanWriter& writer);

}  // namespace audienced::run
