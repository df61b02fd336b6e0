// `export preview` as people see it. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

std::string preview_screen(const nlohmann::json& preview, const View&);

}  // namespace audienced::ctl
