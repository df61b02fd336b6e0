// audiencectl status: what it prints. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// What needs a person first, then what runs, then everything.
std::string status_screen(const nlohmann::json& status, const View& view);

}  // namespace audienced::ctl
