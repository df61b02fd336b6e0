// Hostile model.json: no crash, and no location that leads out of the root.
#include <cstdlib>

#include "source/cdm/location.hpp"
#include "source/cdm/model.hpp"
#include "source/cdm/values.hpp"

using namespace audienced::source::cdm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto model = parse_model(text);
    std::string out;
    for (const auto& name : model ? model->entities : std::vector<std::string>()) {
        const auto entity = parse_entity(text, name);
        if (!entity) continue;
        for (const auto& p : entity->partitions) {
            const auto path = local_path(p.location, p.name);
            if (path && ("/" + *path + "/").find("/../") != std::string::npos) std::abort();
            if (path && path->front() == '/') std::abort();
        }
        for (const auto& a : entity->attributes)
            if (const auto rewrite = rewrite_for(a, *entity, model->culture)) (void)rewrite(a.name, out);
    }
    return 0;
}
