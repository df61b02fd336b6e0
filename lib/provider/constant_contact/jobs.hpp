#pragma once

#include "provider/constant_contact/session.hpp"
#include "provider/constant_contact/wire/ticket.hpp"

namespace audienced::provider::constant_contact {

/// One call, however many tickets there are, unless the service leaves one out of its listing.
awaitable<result<std::vector<JobState>>> poll_jobs(Session& session, std::vector<std::string> tickets);
/// A job that poll_jobs saw completed, or that is asked for now. Errors: bad_answer if it has not completed.
awaitable<result<Activity>> ended_job(Session& session, std::string id);

}  // namespace audienced::provider::constant_contact
