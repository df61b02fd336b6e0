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
/// The same, with the custom fields of the account at hand: by their name or their label, as they are or as
/// they were cut, ASCII case ignored.
std::string field_name(std::string_view mapped, const std::vector<Field>& custom);
/// "customer_tier" from "cf:customer_tier": what a field made for this name is called; cut to the length that
/// a label may have.
std::string label_of(std::string_view mapped);
/// Characters that a value of this field may have at most.
std::size_t width_of(std::string_view field);
/// At most `n` characters (code points).
std::string_view first_characters(std::string_view text, std::size_t n);

}  // namespace audienced::provider::constant_contact
