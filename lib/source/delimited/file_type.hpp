// Files that are no text, whatever their names say: told by the bytes with which they begin.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::source::delimited {

bool is_gzip(std::string_view head);

/// Errors: bad_config, if a file with this beginning is a spreadsheet, an archive, a database, a web page
/// ...; the message names the kind, the hint says how to get a CSV file from it.
result<void> check_is_text(std::string_view head, const std::string& file);

}  // namespace audienced::source::delimited
