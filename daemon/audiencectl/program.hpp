// The whole command line of audiencectl, declared: for the program itself, its documents and their tests.
#pragma once

#include "commands.hpp"

namespace audienced::ctl {

/// The options of every command are kept in `shell`.
void declare_program(Commands& commands, Shell& shell);

}  // namespace audienced::ctl
