// Why one person is there or not, for people: the answer first, then what it rests on. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

std::string explain_screen(const nlohmann::json& explained, const View& view);

}  // namespace audienced::ctl
