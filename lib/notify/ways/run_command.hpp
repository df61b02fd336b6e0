// A program with something on its standard input and an end in time.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace audienced::notify {

/// Blocks. argv[0] is a path; `input` has at most 60,000 bytes. The program gets PATH and LANG as its
/// environment, no descriptor but 0, 1 (nowhere) and 2 (ours), and a process group of its own, which is
/// killed when the time is over. Errors: bad_config (cannot be started), timeout, refused (ended with
/// something other than 0), too_large.
result<void> run_command(const std::vector<std::string>& argv, std::string_view input,
                         std::chrono::milliseconds timeout);

}  // namespace audienced::notify
