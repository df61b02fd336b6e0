// What becomes of a value at a field of a contact: docs/VALUES.md holds the same as a table, and a test
// compares the two. Pure.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "provider/types.hpp"
#include "provider/value_rules.hpp"

namespace audienced::provider::constant_contact {

std::unique_ptr<ValueRules> make_value_rules(std::vector<Field> fields);

/// The types of fields that the rules tell apart; any other is treated as text.
std::vector<std::string_view> types_with_rules();

}  // namespace audienced::provider::constant_contact
