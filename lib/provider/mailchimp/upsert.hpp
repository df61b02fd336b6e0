#pragma once

#include "provider/mailchimp/session.hpp"

namespace audienced::provider::mailchimp {

/// Creates or updates the members of a batch, in as many calls as it takes. One outcome per member.
/// A call that fails or takes too long is repeated in halves; a call that is refused is bisected down to the
/// row; a row that Mailchimp's answer does not mention is sent once more and then looked up. Errors:
/// not_found (the audience is gone), auth, cancelled, refused (not the data's fault); network, timeout ...
/// only if nothing at all is known, otherwise the rest is `unknown`.
awaitable<result<std::vector<model::Outcome>>> upsert(Session& session, const model::Batch& batch);

}  // namespace audienced::provider::mailchimp
