#pragma once

#include "provider/constant_contact/session.hpp"
#include "provider/constant_contact/wire/outcomes_from_import.hpp"

namespace audienced::provider::constant_contact {

/// A job counts the rows that it did not put on the list without naming them: this reads back which they are.
/// A few members are looked up; else the contacts that left since the last pull are read, and then the list.
/// Members that stay unnamed after that stay delivered: the next pull finds them missing from the list.
awaitable<result<void>> name_the_unnamed(Session& session, const model::Batch& batch, Unnamed left,
                                         std::vector<model::Outcome>& outcomes);

/// The outcome of a member whose contact was read back.
model::Outcome outcome_of_contact(const Contact& contact, std::string_view list);

}  // namespace audienced::provider::constant_contact
