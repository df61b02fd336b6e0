// Which values an import takes for fields that are no plain text. Where the documentation says nothing, the
// strictest reading: true and false, one choice as it is spelled.
#pragma once

#include <string>
#include <string_view>

#include "constant_contact/model.hpp"

namespace audienced::sandbox::constant_contact {

/// In one of the orders that the reference lists for anniversaries.
bool is_date(const std::string& text);
/// Empty: the field takes it.
std::string custom_value_error(const CustomField& field, const std::string& text);
/// "International phone numbers are not supported": an import passes over them.
bool is_foreign_phone(std::string_view text);

}  // namespace audienced::sandbox::constant_contact
