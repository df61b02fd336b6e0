// What one contact has in its fields now. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "provider/types.hpp"

namespace audienced::provider::constant_contact {

/// Of the answer to ask_values(): the values of these wire names, `custom` being the account's custom fields.
/// Which kind of phone number or street an import without a kind fills is not documented: those are not told.
/// Errors: bad_answer.
result<PresentContact> read_present_values(std::string_view body, const std::vector<std::string>& fields,
                                           const std::vector<Field>& custom);

}  // namespace audienced::provider::constant_contact
