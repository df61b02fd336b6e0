#pragma once

#include "provider/mailchimp/session.hpp"

namespace audienced::provider::mailchimp {

/// Puts members under a tag and takes leavers out of it. One outcome per member, then one per leaver.
///
/// Mailchimp's answer leaves three things open, settled like this:
/// - Its totals are not reliable, and it omits addresses that are not in the audience. A member in no array
///   of the answer is sent once more: if the first call was applied, the second answer says "already".
/// - Contacts created a moment ago may not be visible yet ("none of the emails ... were subscribed"): wait
///   2, 5 and 10 s and send again; then the outcome is `retry_later` with code "not_visible". A few members
///   that no answer mentions are looked up.
/// - The bulk call does not change leavers that unsubscribed or are archived: see untag.hpp, a few per batch.
/// Errors: not_found (tag or audience gone; the message says what to do), and as Api::call.
awaitable<result<std::vector<model::Outcome>>> change_membership(Session& session, const model::Batch& batch);

}  // namespace audienced::provider::mailchimp
