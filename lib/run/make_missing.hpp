// The first writes of a run: fields and groups that are missing, each only if needed.
#pragma once

#include "run/control.hpp"
#include "run/definition.hpp"
#include "run/environment.hpp"

namespace audienced::run {

/// Makes the fields (mapped names) and those groups of `groups` that segments are put into and that have no
/// id; stores each group at once. Gives the groups with their ids. Errors: those of the provider, store_*.
awaitable<result<GroupBits>> make_missing(Environment& env, const RunDefinition& definition,
                                          std::vector<std::string> missing_fields, GroupBits groups,
                                          const RunControl& control);

}  // namespace audienced::run
