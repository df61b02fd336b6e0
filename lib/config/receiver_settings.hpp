// The settings of those that are told when a person is needed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace audienced::config {

/// [hook], [webhook], [slack], [email], [heartbeat]
std::vector<Setting> receiver_settings();

/// What single settings do not show: "webhook", "[webhook] needs secret_file"; nothing where all is well.
struct ReceiverFault {
    std::string table, message;
};
std::optional<ReceiverFault> receiver_fault(const Config&);

/// "127.0.0.1:25", "mail.example:587", "[::1]:25"; nothing if it is none of these.
struct Relay {
    std::string host;
    std::uint16_t port = 0;
};
std::optional<Relay> parse_relay(const std::string&);

}  // namespace audienced::config
