// Files of the source tree that tests compare with what the program does.
#pragma once

#include <string>

namespace audienced::test {

/// The path of a file of the tree: source_file("docs/VALUES.md").
std::string source_file(const std::string& path);

}  // namespace audienced::test
