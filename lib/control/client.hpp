// The other end of the control socket, for command lines: blocking, one request per connection.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::control {

/// Where the daemon listens unless --socket says otherwise.
inline constexpr const char* default_socket = "/run/audienced/control.sock";

struct ClientAnswer {
    unsigned status = 0;
    std::string body;
    bool good() const noexcept { return status >= 200 && status < 300; }
};

/// Every Error of this class means that the daemon could not be reached or closed the connection (exit code
/// 3); what the daemon itself refuses is an answer.
class Client {
public:
    /// `limit`: how long send() waits for a daemon that says nothing; none: as long as it works on the
    /// answer.
    explicit Client(std::string socket_path, std::optional<std::chrono::milliseconds> limit = std::nullopt)
        : path_(std::move(socket_path)), limit_(limit) {}

    /// Errors: network; timeout once the limit has passed.
    result<ClientAnswer> send(std::string_view method, std::string_view target,
                              std::string_view body = {}) const;
    /// Gives each line as it comes, until the stream ends or `on_line` returns false. An answer that is no
    /// stream (a refusal) is returned whole. Silence longer than a minute counts as gone: a live stream beats
    /// every 15 s.
    result<ClientAnswer> stream(std::string_view target,
                                const std::function<bool(std::string_view line)>& on_line) const;

private:
    std::string path_;
    std::optional<std::chrono::milliseconds> limit_;
};

}  // namespace audienced::control
