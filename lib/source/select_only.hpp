// Is a text one statement that only selects? Checked before a database sees it, for a clear message; the
// protection itself is the database's own read-only mode.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::source {

/// Errors: usage, if the first word is none of SELECT, WITH, VALUES (TABLE too where `table_word`).
result<void> check_select(std::string_view sql, bool table_word = false);
/// "name" with its double quotes doubled.
std::string quoted_name(std::string_view name);

}  // namespace audienced::source
