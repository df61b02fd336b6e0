// Members of a group that was there before this export: not put there by us, so never ours to take out.
#pragma once

#include "run/definition.hpp"
#include "run/environment.hpp"

namespace audienced::run {

/// Lists the members of every group that was not scanned yet, before anything is put into it, and stores who
/// is there by another's doing. Gives the groups as scanned. Errors: those of the provider, store_*.
awaitable<result<GroupBits>> scan_groups(Environment& env, const RunDefinition& definition, GroupBits groups);

}  // namespace audienced::run
