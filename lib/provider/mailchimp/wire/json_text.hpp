#pragma once

#include <string>
#include <string_view>

namespace audienced::provider::mailchimp {

/// Appends `text` (valid UTF-8) as a JSON string, quotes included.
void append_json(std::string& out, std::string_view text);
/// Is this exactly one JSON number (RFC 8259), so that it may stand without quotes?
bool is_json_number(std::string_view text);

}  // namespace audienced::provider::mailchimp
