// audiencectl export list, export show: what they print. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

std::string exports_screen(const nlohmann::json& exports, const View& view);
std::string export_screen(const nlohmann::json& e, const View& view);
/// "2026-12-02 03:00 CET, daily 03:00 Europe/Berlin", or why it does not run by itself and what to do.
std::string next_run_words(const nlohmann::json& e);

}  // namespace audienced::ctl
