// What a run's row says, as it goes along.
#pragma once

#include "run/flow.hpp"

namespace audienced::run {

awaitable<result<void>> set_status(Context& ctx, model::RunStatus status, std::string text);
awaitable<result<void>> set_held(Context& ctx, std::string reason);
/// Was the plan of this run completed and stored?
bool has_plan(const Context& ctx);
awaitable<bool> has_batches(Context& ctx);
/// Batches, spool and the plan's rejects go; what was settled stays in the ledger.
awaitable<result<void>> drop_plan(Context& ctx);
/// Counts as settled, into ctx.run.
awaitable<result<void>> final_counts(Context& ctx);
/// The end: row, spool, journal.
awaitable<void> record(Context& ctx, Ending end);

}  // namespace audienced::run
