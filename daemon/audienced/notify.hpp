// Messages to the service manager, and the socket that it passes to us.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::daemon {

/// Does nothing without a supervisor (no NOTIFY_SOCKET). Each call sends one datagram; io thread only.
class Notify {
public:
    /// Ready for work; also ends what reloading() began. `status` is what `systemctl status` shows.
    void ready(std::string_view status);
    /// Sent only when it differs from the last one.
    void status(std::string_view text);
    void reloading();
    /// Once, before the drain begins; ready() and reloading() do nothing from then on.
    void stopping(std::string_view status);
    /// "Give me so long from now", while a drain goes on.
    void extend_timeout(std::chrono::microseconds);
    void beat();

    /// Within which a beat is due, if we are watched (WATCHDOG_USEC, WATCHDOG_PID).
    static std::optional<std::chrono::microseconds> watchdog();

private:
    std::string status_;
    bool stopping_ = false;
};

/// The listening control socket of audienced.socket, close-on-exec; nothing when there is none. Errors:
/// bad_config (more than one descriptor, or not a listening Unix stream socket).
result<std::optional<int>> inherited_socket();

}  // namespace audienced::daemon
