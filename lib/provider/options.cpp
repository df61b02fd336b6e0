#include "provider/options.hpp"

namespace audienced::provider {

const std::vector<OptionTable>& option_tables() {
    static const std::vector<OptionTable> all{
#define AUDIENCED_PROVIDER(folder) folder::option_table(),
#include "provider/providers.def"
#undef AUDIENCED_PROVIDER
    };
    return all;
}

std::string provider_names(std::string_view separator) {
    std::string out;
    for (const OptionTable& one : option_tables())
        out += (out.empty() ? std::string() : std::string(separator)) + std::string(one.name);
    return out;
}

}  // namespace audienced::provider
