// E-mail through a relay of this machine or network, over plain SMTP.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <functional>

#include "aio/time.hpp"
#include "base/random.hpp"
#include "notify/way.hpp"

namespace audienced::notify {

/// How names become addresses.
using ResolveName =
    std::function<awaitable<result<std::vector<boost::asio::ip::address>>>(std::string, Deadline)>;

struct MailSettings {
    std::string relay;  // host or address
    std::uint16_t port = 25;
    std::string from;
    std::vector<std::string> to;
};

class EmailWay final : public Way {
public:
    /// What is referred to outlives it.
    EmailWay(MailSettings settings, ResolveName resolve, aio::Time& time, Random& random)
        : settings_(std::move(settings)), resolve_(std::move(resolve)), time_(time), random_(random) {}
    std::string name() const override { return "email"; }
    std::string target() const override { return settings_.relay + ":" + std::to_string(settings_.port); }
    std::string leads_to() const override;
    std::chrono::milliseconds patience() const override { return std::chrono::seconds(60); }
    awaitable<result<std::string>> tell(const Message& message, Deadline deadline) override;

private:
    MailSettings settings_;
    ResolveName resolve_;
    aio::Time& time_;
    Random& random_;
};

}  // namespace audienced::notify
