// A question before what cannot be taken back.
#pragma once

#include <string>

#include "shell.hpp"

namespace audienced::ctl {

/// Standard input is a terminal, and no command reads it for something else.
bool can_ask();
/// Says `what` on standard error and asks. 0: the answer is yes; else the exit code of a declined question,
/// which has been told: nothing was changed.
int confirm(const Shell&, const std::string& what, const std::string& question = "Go on?");

}  // namespace audienced::ctl
