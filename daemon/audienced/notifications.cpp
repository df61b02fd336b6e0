#include "notifications.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/random.hpp"
#include "base/text.hpp"
#include "config/receiver_settings.hpp"
#include "notify/ways/command.hpp"
#include "notify/ways/email.hpp"
#include "notify/ways/web.hpp"

namespace audienced::daemon {
namespace {

/// A secret that is shorter can be guessed.
constexpr std::size_t shortest_secret = 16;

result<std::string> first_line(const std::string& setting, const std::string& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line))
        return make_error(
            Errc::bad_config, setting + ": the file " + file + " cannot be read, or is empty",
            "the user audienced must be able to read it: chgrp audienced FILE, chmod 0640 FILE");
    return std::string(trim(line));
}

result<http::Url> address_in(const std::string& setting, const std::string& file) {
    auto line = first_line(setting, file);
    if (!line) return line.error();
    auto url = http::parse_url(*line);
    if (!url)
        return make_error(Errc::bad_config, setting + ": in the file " + file + ": " + url.error().message,
                          url.error().hint);
    return url;
}

/// One file for each export; what is not named like one (an editor's copy, say) is left alone.
result<void> read_heartbeats(const std::string& folder, ReceiverFiles& out) {
    if (folder.empty()) return {};
    const std::string setting = "heartbeat.exports_folder";
    std::error_code ec;
    for (std::filesystem::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        const std::string name = it->path().filename().string();
        if (!is_name(name)) continue;
        auto url = address_in(setting, it->path().string());
        if (!url) return url.error();
        out.heartbeats.emplace(name, std::move(*url));
    }
    if (ec)
        return make_error(Errc::bad_config,
                          setting + ": the folder " + folder + " cannot be read: " + ec.message(),
                          "the user audienced must be able to read it");
    return {};
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

notify::Parts parts(boost::asio::any_io_executor io, aio::Time& time, store::Store& store, log::Log& log,
                    const std::string& state_dir) {
    notify::Parts out;
    out.io = std::move(io);
    out.time = &time;
    out.store = &store;
    out.log = &log;
    out.state_dir = state_dir;
    out.host = host_name();
    return out;
}

}  // namespace

result<ReceiverFiles> read_receiver_files(const config::Config& config) {
    ReceiverFiles out;
    if (!config.webhook.url.empty()) {
        auto url = http::parse_url(config.webhook.url);
        if (!url)
            return make_error(Errc::bad_config, "webhook.url: " + url.error().message, url.error().hint);
        out.webhook = std::move(*url);
        auto secret = first_line("webhook.secret_file", config.webhook.secret_file);
        if (!secret) return secret.error();
        if (secret->size() < shortest_secret)
            return make_error(Errc::bad_config,
                              "webhook.secret_file: the secret is shorter than 16 characters",
                              "openssl rand -hex 32 makes a good one");
        out.webhook_secret = Secret(std::move(*secret));
    }
    if (!config.slack.url_file.empty()) {
        auto url = address_in("slack.url_file", config.slack.url_file);
        if (!url) return url.error();
        out.slack = std::move(*url);
    }
    if (!config.heartbeat.url_file.empty()) {
        auto url = address_in("heartbeat.url_file", config.heartbeat.url_file);
        if (!url) return url.error();
        out.heartbeat = std::move(*url);
    }
    if (auto read = read_heartbeats(config.heartbeat.exports_folder, out); !read) return read.error();
    return out;
}

Notifications::Notifications(boost::asio::any_io_executor io, aio::Time& time, store::Store& store,
                             http::Client& http, log::Log& log, const config::Config& config,
                             ReceiverFiles files)
    : time_(time),
      http_(http),
      resolver_(io, time, http::system_look_up),
      notifier_(parts(io, time, store, log, config.state_dir), settings(config, std::move(files))) {}

notify::Settings Notifications::settings(const config::Config& config, ReceiverFiles files) {
    notify::Settings out;
    out.overdue_after = config.limits.overdue;
    const auto add = [&](auto way) { out.receivers.push_back(std::move(way)); };
    if (!config.hook.command.empty())
        add(std::make_shared<notify::CommandWay>(config.hook.command, config.hook.timeout,
                                                 std::make_shared<aio::Worker>()));
    if (!config.webhook.url.empty())
        add(std::make_shared<notify::WebhookWay>(
            notify::WebTarget{&http_, files.webhook, config.webhook.ca_file}, files.webhook_secret));
    if (!config.slack.url_file.empty())
        add(std::make_shared<notify::SlackWay>(notify::WebTarget{&http_, files.slack, config.slack.ca_file}));
    if (const auto relay = config::parse_relay(config.email.relay)) {
        const auto resolve = [this](std::string host, Deadline deadline) {
            return resolver_.resolve(std::move(host), deadline);
        };
        add(std::make_shared<notify::EmailWay>(
            notify::MailSettings{relay->host, relay->port, config.email.from, config.email.to}, resolve,
            time_, system_random()));
    }
    if (!config.heartbeat.url_file.empty())
        add(std::make_shared<notify::HeartbeatWay>(
            notify::refresh_heartbeat, notify::WebTarget{&http_, files.heartbeat, config.heartbeat.ca_file}));
    for (const auto& [name, url] : files.heartbeats)
        add(std::make_shared<notify::HeartbeatWay>(notify::export_heartbeat(name),
                                                   notify::WebTarget{&http_, url, config.heartbeat.ca_file}));
    return out;
}

}  // namespace audienced::daemon
