// What staff does to an account in Constant Contact's own pages, and how its jobs go.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "constant_contact/model.hpp"
#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::constant_contact {

/// POST /sandbox/constant-contact/accounts/NAME/change
Reply change_account(World&, Account&, const nlohmann::json&);
/// A field from a test's words: its label, or an object.
CustomField field_from(World&, const nlohmann::json&);
/// Choices and metadata, as a call that makes a field gives them.
void read_field_limits(const nlohmann::json& body, CustomField&);

}  // namespace audienced::sandbox::constant_contact
