#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// Without `since`: everybody whom no call may touch. With it: everybody who changed, and whether she is on
/// the list: a member of ours who changed and is not on it any more left it by herself.
awaitable<result<PullMark>> pull(Session& session, PullRequest request, ContactSink& sink);
awaitable<result<void>> list_group(Session& session, std::string list, model::Group group, ContactSink& sink);

/// The status words of contacts that may not be mailed.
extern const char* const untouchable_statuses;

}  // namespace audienced::provider::constant_contact
