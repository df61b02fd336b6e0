#include <algorithm>

#include "services/service.hpp"

namespace audienced::sandbox {

// Each service's folder defines `Service service();` in its own namespace.
#define SANDBOX_SERVICE(folder) \
    namespace folder {          \
    Service service();          \
    }
#include "services/services.def"
#undef SANDBOX_SERVICE

const std::vector<Service>& services() {
    static const std::vector<Service> all{
#define SANDBOX_SERVICE(folder) folder::service(),
#include "services/services.def"
#undef SANDBOX_SERVICE
    };
    return all;
}

const Service* service_of(const Request& request) {
    if (request.segments.empty()) return nullptr;
    for (const Service& one : services())
        if (std::find(one.tops.begin(), one.tops.end(), request.segments[0]) != one.tops.end()) return &one;
    return nullptr;
}

const Service* find_service(std::string_view name) {
    for (const Service& one : services())
        if (one.name == name) return &one;
    return nullptr;
}

}  // namespace audienced::sandbox
