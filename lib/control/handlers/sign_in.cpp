// /v1/connections/{}/sign-in: OAuth in a browser, by device code, and tokens got elsewhere.
#include "control/handlers/routes.hpp"

namespace audienced::control {

std::vector<Route> sign_in_routes() {
    return {};
}

}  // namespace audienced::control
