// What goes over HTTPS: a signed webhook, a Slack-compatible one, and a heartbeat.
#pragma once

#include "base/secret.hpp"
#include "http/client.hpp"
#include "notify/way.hpp"

namespace audienced::notify {

/// Where a call goes. `http` outlives the way.
struct WebTarget {
    http::Client* http = nullptr;
    http::Url url;
    std::string ca_file;  // adds a CA; empty: system store only
};

/// The JSON object, signed (signature.hpp). Taken is whatever is answered with 2xx.
class WebhookWay final : public Way {
public:
    WebhookWay(WebTarget target, Secret secret) : target_(std::move(target)), secret_(std::move(secret)) {}
    std::string name() const override { return "webhook"; }
    std::string target() const override { return target_.url.origin(); }
    std::string leads_to() const override { return target_.url.origin() + target_.url.target; }
    awaitable<result<std::string>> tell(const Message& message, Deadline deadline) override;

private:
    WebTarget target_;
    Secret secret_;
};

/// {"text": "..."}, as Slack, Mattermost, Rocket.Chat and others take it. The whole address is a secret.
class SlackWay final : public Way {
public:
    explicit SlackWay(WebTarget target) : target_(std::move(target)) {}
    std::string name() const override { return "slack"; }
    std::string target() const override { return target_.url.origin(); }
    std::string leads_to() const override { return target_.url.origin() + target_.url.target; }
    awaitable<result<std::string>> tell(const Message& message, Deadline deadline) override;

private:
    WebTarget target_;
};

/// A GET that says: the last refresh was good. The whole address is a secret.
class HeartbeatWay final : public Way {
public:
    HeartbeatWay(std::string name, WebTarget target) : name_(std::move(name)), target_(std::move(target)) {}
    std::string name() const override { return name_; }
    std::string target() const override { return target_.url.origin(); }
    std::string leads_to() const override { return target_.url.origin() + target_.url.target; }
    awaitable<result<std::string>> tell(const Message& message, Deadline deadline) override;

private:
    std::string name_;
    WebTarget target_;
};

/// What a chat shows: "*export vip: failed* (HOST)" and a line with the sentences; pure.
std::string slack_body(const Message&);

}  // namespace audienced::notify
