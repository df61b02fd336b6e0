// audiencectl status
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "commands.hpp"
#include "status_screen.hpp"
#include "watch.hpp"

namespace audienced::ctl {

void add_status(Commands& commands) {
    auto goes_on = std::make_shared<bool>(false);
    auto* verb =
        commands.add(nullptr, "status", "what needs attention, what runs, and the state of everything",
                     [goes_on](const Shell& shell) {
                         return *goes_on ? watch_status(shell) : shell.show("/v1/status", status_screen);
                     });
    verb->add_flag("--watch", *goes_on, "go on showing it as it changes, until Ctrl-C");
}

}  // namespace audienced::ctl
