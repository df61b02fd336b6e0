// What a mapping needs of a segment's columns: each is there, and once. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/export.hpp"
#include "plan/guess_mapping.hpp"
#include "source/source.hpp"

namespace audienced::inspect {

/// Those of `wanted` that the segment does not have, each once; in the order of `wanted`.
std::vector<std::string> missing_columns(const std::vector<std::string>& wanted,
                                         const source::Description& described);
/// One problem for each of `wanted` that is missing (not_found; the hint says what there is) or there more
/// than once (bad_config; with the places).
std::vector<Error> column_problems(const std::string& segment, const std::vector<std::string>& wanted,
                                   const source::Description& described, const plan::MappingGuess& guess);
/// What an export needs of each of its segments: the address, the mapped attributes, the key. Each once.
std::vector<std::string> needed_columns(const model::Export&);
/// A segment with these columns is as good for the exports that use it as before: it has each column that one
/// of them needs, once. Errors: not_found, with every export and the columns that it would miss.
result<void> check_users(const std::string& segment, const std::vector<std::string>& columns,
                         const std::vector<model::Export>& users);
/// Each name once, in the order of their first places: what can be asked of read().
std::vector<std::string> readable_columns(const std::vector<std::string>& columns);

}  // namespace audienced::inspect
