// Sends what the plan found: upserts first, then memberships, then corrections that need no call.
#pragma once

#include "run/context.hpp"

namespace audienced::run {

/// Every unsettled batch of the run, several at once. A batch's intent is stored, it is sent, its outcome is
/// known per member, and one transaction settles it. Errors: the first that ended a lane (auth, network ...;
/// not_ready: the spool is gone, plan anew); what was settled stays settled.
awaitable<result<void>> deliver(Context& ctx);

/// After a crash, before anything else: the jobs whose tickets are stored are waited for and settled, those
/// that ended well. Whom they put on a list is then known to have been there, and if she is gone from it, she
/// left. Sends nothing.
awaitable<result<void>> settle_tickets(Context& ctx);

}  // namespace audienced::run
