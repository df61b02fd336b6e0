// Rows that cannot be read: what their messages say, and what can be known of them all the same.
#pragma once

#include <string>
#include <string_view>

namespace audienced::source {

/// Is this as an e-mail address is written, roughly? Tells a cell in its place from one that is not.
bool looks_like_address(std::string_view text);

/// Is this an e-mail address and nothing beside it: "ann@example.org", "Ann <ann@example.org>"? Tells a value
/// from the name of a column, which may mention an address.
bool is_address(std::string_view text);

/// "the column city is not valid UTF-8". The text stands in no message.
std::string undecodable(std::string_view column);
/// The same with the encoding that the text seems to have.
std::string undecodable(std::string_view column, std::string_view text);

/// Could this text, which is not UTF-8, be Windows-1252?
bool looks_like_windows_1252(std::string_view text);

}  // namespace audienced::source
