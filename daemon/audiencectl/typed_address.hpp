// An address that a command takes.
#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced::ctl {

/// What was typed, or the line of standard input for "-", where no other user of the machine sees it. Errors:
/// usage.
result<std::string> typed_address(const std::string& typed);

}  // namespace audienced::ctl
