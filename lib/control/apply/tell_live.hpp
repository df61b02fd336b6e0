// What the runs under way hear of a plan that was stored.
#pragma once

#include "control/apply/plan.hpp"
#include "control/daemon_seam.hpp"

namespace audienced::control {

/// Why the runs of a connection or export stop, in the words of the command for that change: plan_expired
/// (they plan anew), else they end with it. Nothing: they go on. Pure.
std::optional<Error> why_revoked(const Change& change);

/// Said after the store knows and before the caller hears of it.
void tell_live(Live& live, const ApplyPlan& plan);

}  // namespace audienced::control
