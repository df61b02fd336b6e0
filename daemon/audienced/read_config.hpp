// The configuration as it stands in its file.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace audienced::daemon {

/// What the file does not say has its default. A file that is not there is like an empty one, unless it
/// `must_exist`; one that is there and cannot be read never is. Blocks. Errors: bad_config.
result<config::Config> read_config(const std::string& file, bool must_exist);
/// `mistakes`: all of parse_config()'s, and not only the first.
result<config::Config> read_config(const std::string& file, bool must_exist, std::vector<Error>& mistakes);

}  // namespace audienced::daemon
