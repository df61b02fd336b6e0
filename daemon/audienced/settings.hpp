// What the configuration says to each part of the daemon.
#pragma once

#include "config/config.hpp"
#include "control/server.hpp"
#include "http/beast/client.hpp"
#include "log/queued_log.hpp"
#include "source/threads.hpp"

namespace audienced::daemon {

log::QueueOptions log_options(const config::Config& config);
/// Reads the proxy's credentials. Errors: bad_config.
result<http::ClientOptions> client_options(const config::Config& config);
control::RoleGroups role_groups(const config::Config& config);
/// `log` outlives the server.
control::Server::Settings server_settings(const config::Config& config, log::Log& log);

source::ThreadLimits thread_limits(const config::Config& config);
/// One for each run and for each connection of the control socket: none waits for another.
std::size_t reader_threads(const config::Config& config);

}  // namespace audienced::daemon
