#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// The jobs behind a ticket. An import has one; a change of members may have one that adds and one that
/// removes, and positions of members who could not be added since nobody knows their contact.
struct Ticket {
    bool membership = false;
    std::string add, remove;  // job ids; an import's is `add`
    std::vector<std::size_t> absent;
};
std::string print_ticket(const Ticket&);
Ticket parse_ticket(std::string_view);

/// One call, however many tickets there are, unless the service leaves one out of its listing.
awaitable<result<std::vector<JobState>>> poll_jobs(Session& session, std::vector<std::string> tickets);
/// A job that poll_jobs saw completed, or that is asked for now. Errors: bad_answer if it has not completed.
awaitable<result<Activity>> ended_job(Session& session, std::string id);

}  // namespace audienced::provider::constant_contact
