// What a new user does next.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "shell.hpp"

namespace audienced::ctl {

/// One sentence with a command, from the daemon's status. Pure.
std::string next_step(const nlohmann::json& status);
/// The same from the daemon at the shell's socket, or what to do where it does not answer in a second.
std::string ask_next_step(const Shell&);

}  // namespace audienced::ctl
