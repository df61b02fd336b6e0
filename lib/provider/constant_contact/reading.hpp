#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// Without `since`: every contact that no call may touch, or every contact at all. With it: every contact
/// that changed, and whether it is on the list: a member of ours that changed and is not on the list any more
/// left it on their own wish.
awaitable<result<PullMark>> pull(Session& session, PullRequest request, ContactSink& sink);
/// See Provider::read_contact.
awaitable<result<std::optional<ContactNow>>> read_contact(Session& session, ContactQuestion question);
awaitable<result<void>> list_group(Session& session, std::string list, model::Group group, ContactSink& sink);

/// The status words of contacts that may not be mailed.
extern const char* const untouchable_statuses;

}  // namespace audienced::provider::constant_contact
