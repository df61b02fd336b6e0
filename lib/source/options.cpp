#include "source/options.hpp"

namespace audienced::source {

const std::vector<OptionTable>& option_tables() {
    static const std::vector<OptionTable> all{
#define AUDIENCED_SOURCE(folder) folder::option_table(),
#include "source/sources.def"
#undef AUDIENCED_SOURCE
    };
    return all;
}

}  // namespace audienced::source
