// Where a backup may be put: it replaces a backup that was made before, and no other file.
#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced::ctl {

/// `file` may be absent, or hold nothing, or be a backup. It is never in the state directory, nor another
/// name (a link) of a file there. Errors: wrong_state; nothing was changed.
result<void> may_take_backup(const std::string& file, const std::string& state_dir);

}  // namespace audienced::ctl
