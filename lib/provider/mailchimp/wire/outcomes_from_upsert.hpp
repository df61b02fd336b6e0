// Pure: what an answer to an upsert says about each row that was sent.
#pragma once

#include <span>
#include <vector>

#include "model/batch.hpp"
#include "provider/mailchimp/wire/responses.hpp"

namespace audienced::provider::mailchimp {

struct Unsettled {
    std::vector<std::size_t> missing;      // in none of the answer's arrays: may be there or not
    std::vector<std::size_t> unexplained;  // refused with words that are not known: not applied
};

/// `rows` are the positions in batch.members that were sent. A known member that the answer counts as new
/// raises the alarm (rejected, code "subscribed_again").
Unsettled outcomes_from_upsert(const UpsertReply& reply, const model::Batch& batch,
                               std::span<const std::size_t> rows, std::vector<model::Outcome>& outcomes);

}  // namespace audienced::provider::mailchimp
