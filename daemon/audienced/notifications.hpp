// The receivers of the configuration, and the notifier over them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "aio/worker.hpp"
#include "config/config.hpp"
#include "http/beast/client.hpp"
#include "notify/notifier.hpp"

namespace audienced::daemon {

/// What stands in files of its own, since it is secret.
struct ReceiverFiles {
    Secret webhook_secret;
    http::Url webhook, slack, heartbeat;
    std::map<std::string, http::Url> heartbeats;  // of exports
};
/// Blocks. Errors: bad_config, with the file; no address is in the text.
result<ReceiverFiles> read_receiver_files(const config::Config&);

class Notifications {
public:
    /// What is referred to outlives it. `log` is the one that notices nothing.
    Notifications(boost::asio::any_io_executor io, aio::Time& time, store::Store& store, http::Client& http,
                  log::Log& log, const config::Config& config, ReceiverFiles files);
    notify::Notifier& notifier() noexcept { return notifier_; }
    /// After a reload.
    void configure(const config::Config& config, ReceiverFiles files) {
        notifier_.configure(settings(config, std::move(files)));
    }

private:
    notify::Settings settings(const config::Config& config, ReceiverFiles files);

    aio::Time& time_;
    http::Client& http_;
    http::Resolver resolver_;
    notify::Notifier notifier_;
};

}  // namespace audienced::daemon
