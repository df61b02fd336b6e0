// audiencectl status
#include "commands.hpp"
#include "status_screen.hpp"

namespace audienced::ctl {

void add_status(Commands& commands) {
    commands.add(nullptr, "status", "what needs attention, what runs, and the state of everything",
                 [](const Shell& shell) { return shell.show("/v1/status", status_screen); });
}

}  // namespace audienced::ctl
