// An address within a text that a person wrote. Pure.
#pragma once

#include <string>
#include <string_view>

namespace audienced::plan {

/// Does the text (a query, a title, a path) have this normalised address, in upper or lower case, with its
/// domain in ASCII or in its own script?
bool names_address(std::string_view text, const std::string& address);

}  // namespace audienced::plan
