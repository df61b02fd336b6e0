#pragma once

#include "provider/mailchimp/session.hpp"

namespace audienced::provider::mailchimp {

/// Puts members under a tag and takes leavers out of it. One outcome per member, then one per leaver.
///
/// Mailchimp's answer leaves three things open, settled like this:
/// - Its totals are not trusted, and addresses that are not on the audience are passed over without a word.
/// Whoever is
///   in no array of the answer is sent once more: if she was applied after all, the second answer says
///   "already".
/// - Contacts made a moment ago may not be visible yet ("none of the emails ... were subscribed"): wait and
/// send again,
///   2, 5 and 10 s; then it is `retry_later` with code "not_visible". Who still is not mentioned is looked
///   up, a few.
/// - Leavers who unsubscribed cannot be reached by the bulk call: their tag is taken off one by one, a few
/// per batch. Errors: not_found (tag or audience gone; the message says what to do), and as Api::call.
awaitable<result<std::vector<model::Outcome>>> change_membership(Session& session, const model::Batch& batch);

}  // namespace audienced::provider::mailchimp
