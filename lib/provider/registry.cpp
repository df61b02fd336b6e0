#include "provider/registry.hpp"

#include <algorithm>

namespace audienced::provider {

// Each provider's folder defines `Kind kind();` in its own namespace.
#define AUDIENCED_PROVIDER(folder) \
    namespace folder {             \
    Kind kind();                   \
    }
#include "provider/providers.def"
#undef AUDIENCED_PROVIDER

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
#define AUDIENCED_PROVIDER(folder) folder::kind(),
#include "provider/providers.def"
#undef AUDIENCED_PROVIDER
    };
    return all;
}

const Kind* find_kind(std::string_view name) {
    const auto it =
        std::find_if(kinds().begin(), kinds().end(), [&](const Kind& k) { return k.name == name; });
    return it == kinds().end() ? nullptr : &*it;
}

result<ProviderPtr> make(const ProviderArgs& args) {
    if (const Kind* kind = find_kind(args.connection->provider)) return kind->make(args);
    return make_error(Errc::usage, "there is no provider called " + args.connection->provider,
                      "the providers are " + provider_names());
}

}  // namespace audienced::provider
