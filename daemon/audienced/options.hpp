// The command line of audienced, for the program itself and for its manual page.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace audienced::daemon {

inline constexpr const char* default_config_file = "/etc/audienced/audienced.toml";

struct Options {
    std::string config_file = default_config_file, state_dir, socket, restore;
    bool check_config = false;
};

void declare_options(CLI::App& app, Options& options);

}  // namespace audienced::daemon
