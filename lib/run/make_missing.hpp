// The first writes of a run: fields and groups that are missing, each only if needed.
#pragma once

#include "run/control.hpp"
#include "run/definition.hpp"
#include "run/environment.hpp"

namespace audienced::run {

/// Makes these fields (mapped names), and learns their ids for the definition. Errors: those of the provider.
awaitable<result<void>> make_fields(RunDefinition& definition, std::vector<std::string> missing);
/// Makes those groups of `groups` that segments are put into and that have no id; stores each at once. Gives
/// the groups with their ids. Errors: those of the provider, store_*.
awaitable<result<GroupBits>> make_groups(Environment& env, const RunDefinition& definition, GroupBits groups,
                                         const RunControl& control);

}  // namespace audienced::run
