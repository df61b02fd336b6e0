// What the provider holds against what is remembered, for people: the figures first, then each kind of
// difference with what mends it. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

std::string verify_screen(const nlohmann::json& verified, const View& view);

}  // namespace audienced::ctl
