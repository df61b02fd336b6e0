#include "source/registry.hpp"

#include <algorithm>

namespace audienced::source {

// Each adapter's folder defines `Kind kind();` in its own namespace.
#define AUDIENCED_SOURCE(folder) \
    namespace folder {           \
    Kind kind();                 \
    }
#include "source/sources.def"
#undef AUDIENCED_SOURCE

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
#define AUDIENCED_SOURCE(folder) folder::kind(),
#include "source/sources.def"
#undef AUDIENCED_SOURCE
    };
    return all;
}

const Kind* find_kind(std::string_view name) {
    const auto it =
        std::find_if(kinds().begin(), kinds().end(), [&](const Kind& k) { return k.name == name; });
    return it == kinds().end() ? nullptr : &*it;
}

result<std::unique_ptr<Source>> make(const model::Source& source, const Environment& environment) {
    if (const Kind* kind = find_kind(source.kind)) return kind->make(source, environment);
    std::string known;
    for (const Kind& k : kinds()) known += (known.empty() ? "" : ", ") + std::string(k.name);
    return make_error(Errc::usage, "there is no kind of source called " + source.kind,
                      "the kinds are " + known);
}

}  // namespace audienced::source
