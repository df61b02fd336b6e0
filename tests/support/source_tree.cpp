#include "support/source_tree.hpp"

namespace audienced::test {

std::string source_file(const std::string& path) {
    return AUDIENCED_SOURCE_DIR "/" + path;
}

}  // namespace audienced::test
