// Sends what the plan found: upserts first, then memberships, then corrections that need no call.
#pragma once

#include <vector>

#include "run/control.hpp"
#include "run/definition.hpp"
#include "run/environment.hpp"
#include "run/progress.hpp"
#include "store/runs.hpp"

namespace audienced::run {

/// What delivering works with. Everything outlives it.
struct Delivery {
    Environment& env;
    const RunDefinition& definition;
    const GroupBits& groups;
    RunProgress& progress;
    RunControl& control;
};

/// `batches`: every unsettled one of the run, several are sent at once. A batch's intent is stored, it is
/// sent, its outcome is known per member, and one transaction settles it. `opt_outs_asked`: when opt-outs
/// were last asked for. Errors: the first that ended a lane (auth, network ...; not_ready: the spool is gone,
/// plan anew); what was settled stays settled.
awaitable<result<void>> deliver(Delivery delivery, std::vector<store::BatchRow> batches,
                                SteadyTime opt_outs_asked);

/// After a crash, before anything else: of `batches`, the jobs whose tickets are stored are waited for, and
/// settled where they ended well. The members that they put on a list are then known to have been there, and
/// a member that is gone from it has left. Sends nothing. Gives the batches that are still open.
awaitable<result<std::vector<store::BatchRow>>> settle_tickets(Delivery delivery,
                                                               std::vector<store::BatchRow> batches);

}  // namespace audienced::run
