// Sends what the plan found: upserts first, then memberships, then corrections that need no call.
#pragma once

#include "run/context.hpp"

namespace audienced::run {

/// Every unsettled batch of the run, several at once. A batch's intent is stored, it is sent, its outcome is known per
/// member, and one transaction settles it. Errors: the first that ended a lane (auth, network ...; not_ready: the spool
/// is gone, plan anew); what was settled stays settled.
awaitable<result<void>> deliver(Context& ctx);

}  // namespace audienced::run
