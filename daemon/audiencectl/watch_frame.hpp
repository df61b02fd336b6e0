// A screen that replaces the one before it on a terminal. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::ctl {

/// What a terminal is to be sent so that it shows these lines, from its first row on, and nothing else.
/// Colour may be in them. A line that is wider than the terminal takes further rows, as the terminal breaks
/// it. What does not fit is left out, and the last row says how much.
std::string frame(const std::vector<std::string>& lines, std::size_t columns, std::size_t rows);

std::vector<std::string> lines_of(std::string_view text);

}  // namespace audienced::ctl
