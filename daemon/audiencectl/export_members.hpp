#pragma once

#include "commands.hpp"

namespace audienced::ctl {

/// audiencectl export explain, verify.
void add_export_members(Commands&, CLI::App* noun);

}  // namespace audienced::ctl
