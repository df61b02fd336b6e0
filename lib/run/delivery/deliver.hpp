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
    /// Other runs may have delivered there since the plan was made: its newcomers may be contacts by now.
    bool plan_is_older = false;
};

/// How old the knowledge may be on which members are sent.
constexpr auto look_is_good_for = std::chrono::seconds{60};

/// `batches`: every unsettled one of the run. A batch's intent is stored, it is sent, its outcome is known
/// per member, and one transaction settles it; several are under way at once where the provider takes them.
/// Those that could put a contact back, or take a membership of others, go out within a minute of a look; a
/// look is made while none is under way. `looked`: when the last one began. Errors: the first that ended a
/// lane (auth, network ...; not_ready: the spool is gone, plan_expired: the export was edited: plan anew);
/// what was settled stays settled.
awaitable<result<void>> deliver(Delivery delivery, std::vector<store::BatchRow> batches, SteadyTime looked);

/// After the last batch: reads what was just changed, so that the next run does not. Only where that is much,
/// or where contacts were made whose ids no answer told: an address that is changed before its contact's id
/// is known is lost sight of.
awaitable<result<void>> last_look(const Delivery& delivery);

}  // namespace audienced::run
