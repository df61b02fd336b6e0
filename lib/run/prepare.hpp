// Before the plan: sign in, look at the destination, its fields and groups. Writes nothing at the provider.
#pragma once

#include "run/control.hpp"
#include "run/definition.hpp"
#include "run/progress.hpp"

namespace audienced::run {

struct Prepared {
    RunDefinition definition;
    GroupBits groups;                         // as stored and as the provider has them now
    std::vector<std::string> missing_fields;  // mapped names that the destination lacks and that may be made
};

/// `progress` is told the connection, and then every call; `control` is asked before every call that writes;
/// both null for a caller that only looks: nothing is bound then, and nothing of the groups is stored. They
/// outlive what is returned. Errors: wrong_state (no consent, detached ...), not_found (destination, field),
/// auth, network ...
awaitable<result<Prepared>> prepare(Environment& env, std::string export_name, RunProgress* progress,
                                    const RunControl* control);

}  // namespace audienced::run
