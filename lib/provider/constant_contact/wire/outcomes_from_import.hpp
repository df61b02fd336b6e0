// What a finished job says of the members it carried. Pure.
#pragma once

#include <span>
#include <vector>

#include "model/batch.hpp"
#include "provider/constant_contact/wire/responses.hpp"

namespace audienced::provider::constant_contact {

/// Rows that the job counts and does not name.
struct Unnamed {
    std::uint64_t refused = 0;  // must not be put on a list
    std::uint64_t failed = 0;
    bool any() const noexcept { return refused + failed > 0; }
};

/// Outcomes of members that are not sent at all (an address that is too long); all others are unknown.
std::vector<model::Outcome> outcomes_before(const model::Batch& batch);
/// `rows` are positions in batch.members, as they were sent: line 1 is the header, line 2 the first of them.
Unnamed outcomes_from_import(const Activity& job, std::span<const std::size_t> rows,
                             std::vector<model::Outcome>& outcomes);

/// The reject that one message of a job means.
model::Outcome outcome_of_message(std::string_view message);
/// "Line 3: Invalid birthday" -> 3 and the rest; nothing if it does not begin so.
struct LineError {
    std::size_t line = 0;
    std::string_view words;
};
std::optional<LineError> parse_line_error(std::string_view message);

}  // namespace audienced::provider::constant_contact
