// Errors of files that belong to the daemon itself: its state, its keys, its socket.
#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced {

/// `doing` as in "open", `error` the errno that it gave for `path`. Errors: bad_config where this process may
/// not (names the owner, the mode, the user that it runs as and the command that mends it), store_full,
/// store_failed.
Error own_file_error(const std::string& doing, const std::string& path, int error);

/// Something of the state belongs to another user than the one that this process runs as: what to do about
/// it. `path`: the state directory.
std::string give_back_advice(const std::string& path, uid_t owner);

}  // namespace audienced
