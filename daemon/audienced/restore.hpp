// audienced --restore FILE
#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced::daemon {

/// Puts the backup in the place of the state, offline, and says on standard output what was done and what is
/// to do. As root it works as the owner of the state directory. Gives the process's exit code.
int restore_state(const std::string& state_dir, const std::string& file);

}  // namespace audienced::daemon
