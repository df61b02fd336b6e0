// What a forget does after its first transaction: open batches, the history, plans, and the write-ahead log.
// A crash in between is made up for at the next start.
#pragma once

#include <vector>

#include "base/digest.hpp"
#include "model/run.hpp"
#include "run/environment.hpp"
#include "store/forgotten.hpp"

namespace audienced::run {

struct ErasedRest {
    store::Erased count;                // intents and history
    std::vector<model::Run> expired;    // held runs whose plan had a member: ended, and their plans are gone
    std::vector<model::Run> under_way;  // runs whose plan has, or may have, a member
};
/// Of these members, which are suppressed already: erases them from open batches, history and held plans.
/// Then only the write-ahead log may hold traces, and plans of runs under way, which are the caller's.
/// Errors: store_*: it goes on at the next start.
awaitable<result<ErasedRest>> erase_rest(Environment& env, std::vector<MemberHash> members, SysTime now);

/// Before any run goes on: ends the forgets that a crash or a full disk cut short. The plan of a run that was
/// under way goes: it is made anew. Errors: store_*.
awaitable<result<void>> finish_forgets(Environment& env);

/// Empties the log if it holds traces, now; true: it holds none. Never waits for another program that reads.
awaitable<result<bool>> try_to_empty_log(Environment& env);
/// Tries again, for as long as the daemon runs.
awaitable<void> keep_log_emptied(Environment& env);

}  // namespace audienced::run
