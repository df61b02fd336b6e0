// What the configuration says to each part of the daemon.
#pragma once

#include "config/config.hpp"
#include "control/server.hpp"
#include "http/beast/client.hpp"
#include "log/hooked_log.hpp"
#include "log/queued_log.hpp"

namespace audienced::daemon {

log::QueueOptions log_options(const config::Config& config);
log::HookOptions hook_options(const config::Config& config);
/// Reads the proxy's credentials. Errors: bad_config.
result<http::ClientOptions> client_options(const config::Config& config);
/// `log` outlives the server.
control::Server::Settings server_settings(const config::Config& config, log::Log& log);

}  // namespace audienced::daemon
