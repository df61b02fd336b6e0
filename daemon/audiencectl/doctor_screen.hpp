// audiencectl doctor: what it prints. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// Problems first, then warnings, what was not checked, and what is fine.
std::string doctor_screen(const nlohmann::json& examined, const View& view);

}  // namespace audienced::ctl
