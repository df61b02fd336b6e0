// The operations that read an audience: pull and list_members.
#pragma once

#include "provider/mailchimp/session.hpp"

namespace audienced::provider::mailchimp {

/// Contacts that must not be touched (first time), or whose status changed since; see Provider::pull.
awaitable<result<PullMark>> pull(Session& session, PullRequest request, ContactSink& sink);
/// See Provider::read_contact.
awaitable<result<std::optional<ContactNow>>> read_contact(Session& session, ContactQuestion question);
/// Every member under a tag. Errors: not_found.
awaitable<result<void>> list_tag_members(Session& session, std::string audience, model::Group tag,
                                         ContactSink& sink);

}  // namespace audienced::provider::mailchimp
