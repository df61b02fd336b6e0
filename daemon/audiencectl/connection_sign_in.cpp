// audiencectl connection authenticate, import-token: OAuth.
#include "commands.hpp"

namespace audienced::ctl {

void add_connection_sign_in(Commands&, CLI::App*) {}

}  // namespace audienced::ctl
