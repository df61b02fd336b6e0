#pragma once

#include "commands.hpp"

namespace audienced::ctl {

/// audiencectl export try.
void add_export_try(Commands&, CLI::App* noun);

}  // namespace audienced::ctl
