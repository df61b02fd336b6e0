// The configuration as a file.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace audienced::daemon {

struct ConfigFile {
    std::string path;
    bool may_be_missing = false;  // it is where one is looked for, and not one that was named
};

/// The file as it is now; what it does not say, or if it may be missing and is, has its default. Blocks.
/// Errors: bad_config (it cannot be read: a file that is there and closed is never taken for a missing one;
/// those of parse_config()).
result<config::Config> read_config(const ConfigFile& file);
/// `mistakes`: all of parse_config()'s, and not only the first.
result<config::Config> read_config(const ConfigFile& file, std::vector<Error>& mistakes);

}  // namespace audienced::daemon
