// audiencectl runs rejects: what it prints for people. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// One section for each kind of reject, the most frequent first; its rows in the order in which they come.
/// `run` is as `runs show` has it, `rejects` all that was listed.
std::string rejects_screen(const nlohmann::json& run, const nlohmann::json& rejects, const View& view);

}  // namespace audienced::ctl
