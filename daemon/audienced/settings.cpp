#include "settings.hpp"

#include <fstream>

#include "base/secret_file.hpp"
#include "log/events.hpp"
#include "version.hpp"

namespace audienced::daemon {

log::QueueOptions log_options(const config::Config& config) {
    log::QueueOptions options;
    options.level = log::level(config.log.level).value_or(log::Level::info);
    return options;
}

result<http::ClientOptions> client_options(const config::Config& config) {
    http::ClientOptions options;
    options.user_agent = std::string("audienced/") + version_text;
    if (!config.proxy) return options;
    http::Proxy proxy;
    proxy.host = config.proxy->host;
    proxy.port = config.proxy->port;
    if (!config.proxy->credentials_file.empty()) {
        auto credentials = read_secret_file(config.proxy->credentials_file, SecretShape::password);
        if (!credentials)
            return make_error(Errc::bad_config, "proxy.credentials_file: " + credentials.error().message,
                              credentials.error().hint);
        if (credentials->find(':') == credentials->npos)
            return make_error(
                Errc::bad_config,
                "proxy.credentials_file: the file " + config.proxy->credentials_file + " holds no colon",
                "it holds one line, user:password");
        proxy.credentials = Secret(std::move(*credentials));
    }
    options.proxy = std::move(proxy);
    return options;
}

control::RoleGroups role_groups(const config::Config& config) {
    return {config.roles.administrators, config.roles.contributors, config.roles.viewers};
}

control::Server::Settings server_settings(const config::Config& config, log::Log& log) {
    control::Server::Settings settings;
    settings.roles = role_groups(config);
    settings.bounds.connections = config.limits.control_clients;
    settings.on_bug = [&log](const std::string& where, const std::string& what) {
        log.write(log::internal_error(where, what));
    };
    return settings;
}

source::ThreadLimits thread_limits(const config::Config& config) {
    source::ThreadLimits limits;
    limits.per_source = config.limits.source_readers;
    return limits;
}

std::size_t reader_threads(const config::Config& config) {
    return config.limits.runs_at_once + control::Bounds{}.connections;
}

}  // namespace audienced::daemon
