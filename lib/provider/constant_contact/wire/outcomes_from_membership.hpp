#pragma once

#include <vector>

#include "model/batch.hpp"
#include "provider/constant_contact/wire/responses.hpp"
#include "provider/constant_contact/wire/ticket.hpp"

namespace audienced::provider::constant_contact {

/// One outcome per member, then one per leaver. Jobs that were not needed are null: a leaver who is not there
/// has left already. A job that reports errors does not say which contacts it changed, so it confirms none:
/// the next run tries again. Pure.
std::vector<model::Outcome> outcomes_from_membership(const model::Batch& batch, const Ticket& ticket,
                                                     const Activity* added, const Activity* removed);

}  // namespace audienced::provider::constant_contact
