#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mailchimp/routes.hpp"

namespace audienced::sandbox::mailchimp {

nlohmann::json print_segment(const List&, const Segment&);
/// The segment that params[1] names, or 404.
Step<Segment*> find_segment(Call&, List&);

}  // namespace audienced::sandbox::mailchimp
