// Before the plan: sign in, look at the destination, its fields and groups, and pull opt-outs.
// Writes nothing at the provider.
#pragma once

#include "run/context.hpp"

namespace audienced::run {

/// Fills export, session, destination_key, limits, wire_fields, groups and layout.
/// Errors: wrong_state (no consent, detached ...), not_found (destination, field), auth, network ...
awaitable<result<void>> prepare(Context& ctx);

/// Suppressions: everybody the first time and once a week, then what changed since, with overlap.
awaitable<result<void>> pull_suppressions(Context& ctx);

/// The first writes of a run: fields and groups that are missing, each only if needed.
awaitable<result<void>> make_missing(Context& ctx);

/// Members of a group that we found: not ours. Once per group, before anything is put into it.
awaitable<result<void>> scan_groups(Context& ctx);

}  // namespace audienced::run
