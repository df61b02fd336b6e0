#include "options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command_line/values.hpp"

namespace audienced::daemon {

void declare_options(CLI::App& app, Options& options) {
    app.name("audienced");
    app.description(
        "audienced: keeps Mailchimp audiences and Constant Contact lists in step with customer segments.");
    app.add_option("--config", options.config_file,
                   std::string("configuration file (") + default_config_file + ")")
        ->type_name("FILE");
    using command_line::must_be_absolute;
    auto* state = app.add_option("--state-dir", options.state_dir,
                                 "directory of the database, the keys and the spool; an absolute path");
    must_be_absolute(state->type_name("DIR"));
    auto* socket = app.add_option("--socket", options.socket, "path of the control socket; an absolute one");
    must_be_absolute(socket->type_name("PATH"));
    app.add_flag("--check-config", options.check_config, "check the configuration and exit");
    app.add_option("--restore", options.restore,
                   "put this backup in the place of the state, while no daemon runs, and exit")
        ->type_name("FILE");
    app.set_version_flag("--version", "audienced " AUDIENCED_VERSION, "print the version and exit");
}

}  // namespace audienced::daemon
