#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// Starts an import; its job's id is the ticket. Without a ticket nothing could be sent.
awaitable<result<Submitted>> submit_import(Session& session, const model::Batch& batch);
/// What became of the members of a job that has ended.
awaitable<result<std::vector<model::Outcome>>> collect_import(Session& session, std::string ticket,
                                                              const model::Batch& batch);

}  // namespace audienced::provider::constant_contact
