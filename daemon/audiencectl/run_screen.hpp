// audiencectl runs list, runs show: what they print. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

std::string runs_screen(const nlohmann::json& runs, const View& view);
std::string run_screen(const nlohmann::json& run, const View& view);

}  // namespace audienced::ctl
