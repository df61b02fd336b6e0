#pragma once

#include <set>

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// The import that the service took although its answer was lost; empty if it took none. Reads all jobs that
/// the account still shows (ten days).
awaitable<result<std::string>> find_lost_job(Session& session, LostJob wanted);

/// Can this job be the lost import? `known` are the ids of all other jobs of ours. A job of another program
/// with as many rows, made at the same time, cannot be told apart. Pure.
bool may_be_lost(const Activity& job, const LostJob& wanted, const std::set<std::string>& known);

}  // namespace audienced::provider::constant_contact
