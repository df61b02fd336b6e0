#pragma once

#include "commands.hpp"

namespace audienced::ctl {

/// audiencectl export remove
void declare_export_remove(Commands& commands, CLI::App* noun);

}  // namespace audienced::ctl
