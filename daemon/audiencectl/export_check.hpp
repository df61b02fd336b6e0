#pragma once

#include "commands.hpp"

namespace audienced::ctl {

/// audiencectl export test, preview.
void add_export_check(Commands&, CLI::App* noun);

}  // namespace audienced::ctl
