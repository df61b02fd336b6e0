#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// Puts members into a list or tag and takes leavers out of it, by contact id. Ids that the batch lacks are
/// looked up when they are few, else read from the list or tag in one walk that serves the whole run.
awaitable<result<Submitted>> submit_membership(Session& session, const model::Batch& batch);
awaitable<result<std::vector<model::Outcome>>> collect_membership(Session& session, std::string ticket,
                                                                  const model::Batch& batch);

}  // namespace audienced::provider::constant_contact
