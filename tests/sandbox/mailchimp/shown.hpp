#pragma once

#include "mailchimp/model.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::mailchimp {

/// Brings the counters that Mailchimp shows up to date, unless they are still within their time of staleness.
void refresh_shown(World&, List&);

}  // namespace audienced::sandbox::mailchimp
