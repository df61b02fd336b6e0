// audiencectl audit: who did what, and what was different after it. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// One paragraph for each row. Of a definition that was changed only what differs is shown.
std::string audit_screen(const nlohmann::json& audit, const View& view);

}  // namespace audienced::ctl
