// Why the daemon does not start: an event where there is a journal, else a line on standard error; and the
// exit code.
#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced::daemon {

/// After sysexits(3); systemd starts again after 70 and 74, and not after 65, 75 and 78.
int exit_code(const Error&);
/// `what`: the file or the part that it is about; may be empty. Gives the exit code.
int refuse_start(const std::string& what, const Error&);

}  // namespace audienced::daemon
