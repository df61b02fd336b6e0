// A file that only a hostile hand writes: keys so deep that the parser, which builds and destroys a table in
// each level, runs out of stack. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace audienced {

/// The first line with a dotted key of more than 100 parts. Strings and comments do not count. toml++ 3.3
/// limits the depth of values, not that of dotted keys.
std::optional<std::size_t> line_of_deep_key(std::string_view toml);

}  // namespace audienced
