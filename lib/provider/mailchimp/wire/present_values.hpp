// What one contact has in its merge fields now. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "provider/types.hpp"

namespace audienced::provider::mailchimp {

/// Of the answer to ask_values(): the values of these wire names. A part of an address field is ADDRESS.city.
/// Errors: bad_answer.
result<PresentContact> read_present_values(std::string_view body, const std::vector<std::string>& fields);

}  // namespace audienced::provider::mailchimp
