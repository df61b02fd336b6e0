// What a run said and did is removed when it is old.
#pragma once

#include <cstddef>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace audienced::store {

struct PruneBefore {
    SysTime runs, rejects;  // what ended before is old
};

/// One small step: some rejects of old runs (their numbers stay), some acts of a run that is too old, that
/// run itself, or the addresses of some members that no removal and no undo needs any more. true: call again.
/// Never a run that is not over, has an open intent, is to be tried again or is being undone, nor the newest
/// run of an export. Opt-outs, memberships and the audit are never touched. Errors: store_*.
result<bool> prune_step(Database&, PruneBefore, std::size_t slice = 1'000);

}  // namespace audienced::store
