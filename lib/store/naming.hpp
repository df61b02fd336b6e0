// The questions that every definition asks before it is written.
#pragma once

#include <string>
#include <string_view>

#include "store/database.hpp"

namespace audienced::store {

/// usage: not a NAME. `what`: "source", "export" ...
result<void> check_name(const char* what, std::string_view name);
/// Is there a row of that name? `table` is one of our own words.
result<bool> exists(Database&, const char* table, std::string_view name);
result<void> must_exist(Database&, const char* table, const char* what, std::string_view name);  // not_found
result<void> must_not_exist(Database&, const char* table, const char* what,
                            std::string_view name);  // wrong_state

/// The first column of every row, joined for a sentence: "a, b, c".
result<std::string> names_joined(Statement& query);

}  // namespace audienced::store
