// Which word was likely meant by one that does not exist. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace audienced {

/// How many letters have to be inserted, removed, replaced or swapped with the next one to make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that differs by a slip or two, or the only one that begins with `word`; the first of equals.
/// Empty: none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace audienced
