// What an import reads of its payload: only the first 4,000,000 bytes and 40,000 rows, without a word about
// the rest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "constant_contact/model.hpp"
#include "world/knobs.hpp"

namespace audienced::sandbox::constant_contact {

/// How many objects of the top-level import_data array end within the first `limit` bytes. Pure.
std::size_t rows_within(std::string_view body, std::size_t limit);

/// Checks one row's values as the job will: takes `pairs` (name, text) into row.values, or sets row.error.
void read_row(Account&, const Knobs&, const std::vector<std::pair<std::string, std::string>>& pairs,
              ImportRow& row);

/// Rows of RFC 4180 text, fields unquoted.
std::vector<std::vector<std::string>> read_csv(std::string_view);

}  // namespace audienced::sandbox::constant_contact
