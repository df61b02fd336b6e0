// Starts and ends what app_parts.hpp puts together.
#pragma once

#include <string>

#include "base/error.hpp"
#include "config/config.hpp"

namespace audienced::daemon {

/// Runs the daemon until it is told to stop. Gives the process's exit code.
int run_daemon(const config::Config& config, const config::Config& in_file, const std::string& config_file);

}  // namespace audienced::daemon
