#pragma once

#include "model/batch.hpp"
#include "provider/mailchimp/wire/responses.hpp"

namespace audienced::provider::mailchimp {

/// What Mailchimp's words about one row mean. Almost everything carries the same error code, so the text
/// decides; it is matched by fragments seen in real answers. Kind `unknown`, code "unexplained": none of them
/// fits.
model::Outcome outcome_of(const RowError& row);
/// The same for a refusal of a call that held one row only.
model::Outcome outcome_of(const Problem& problem);
/// Outcome by a member's status: mailable ones are delivered, the others must not be touched. A contact that
/// a shop made (transactional) is not subscribed and takes no tag: rejected, "not_subscribed".
model::Outcome outcome_of_status(std::string_view status);

}  // namespace audienced::provider::mailchimp
