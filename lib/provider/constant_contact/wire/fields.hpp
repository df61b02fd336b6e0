// Names and widths of what an import can carry.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provider/types.hpp"

namespace audienced::provider::constant_contact {

/// The fields that every contact has, by the names that an import takes.
const std::vector<Field>& standard_fields();

/// What a mapped name means before the account has been asked: a standard field, or "cf:" and the name.
std::string plain_field_name(std::string_view mapped);
/// The same, with the custom fields of the account at hand: by their name or their label, ASCII case ignored.
std::string field_name(std::string_view mapped, const std::vector<Field>& custom);
/// "customer_tier" from "cf:customer_tier": what a field made for this name is called.
std::string label_of(std::string_view mapped);

/// A value as it may be sent to a field of this name and type: cut to its width before a code point that
/// would not fit, a date without its time.
std::string_view fit(std::string_view value, std::string_view field, std::string_view type);

}  // namespace audienced::provider::constant_contact
