// Is a text one statement that only selects? Checked before a database sees it, for a clear message; the
// protection itself is the database's own read-only mode.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::source {

enum class Dialect { sqlite, postgres };

/// Errors: usage, if the first word is none of SELECT, WITH, VALUES (TABLE too in PostgreSQL).
result<void> check_select(std::string_view sql, Dialect dialect);
/// A sign outside of quotes that looks like another one, such as a no-break space or a typographic quotation
/// mark, in words and with its line; empty if there is none. Editors and web pages leave them in queries.
std::string odd_character(std::string_view sql);
/// "name" with its double quotes doubled.
std::string quoted_name(std::string_view name);

}  // namespace audienced::source
