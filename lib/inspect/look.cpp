#include "inspect/look.hpp"

namespace audienced::inspect {

Error took_too_long(const std::string& source) {
    return retryable(
        Errc::timeout,
        "looking at the source " + source + " took longer than " + std::to_string(look_limit.count()) + " s",
        "a run may take longer; make the query faster to look at it, or look at what holds the source");
}

}  // namespace audienced::inspect
