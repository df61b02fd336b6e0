// Pure: what an answer to a change of a tag says about each row that was sent.
#pragma once

#include <vector>

#include "model/batch.hpp"
#include "provider/mailchimp/wire/responses.hpp"

namespace audienced::provider::mailchimp {

/// Positions in batch.members and batch.leavers.
struct TagRows {
    std::vector<std::size_t> add, remove;
    bool empty() const noexcept { return add.empty() && remove.empty(); }
};

/// Gives the rows that the answer does not mention. Outcomes: members first, then leavers.
TagRows outcomes_from_membership(const TagChangeReply& reply, const model::Batch& batch, const TagRows& sent,
                                 bool resent, std::vector<model::Outcome>& outcomes);

}  // namespace audienced::provider::mailchimp
