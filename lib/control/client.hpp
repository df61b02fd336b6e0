// The other end of the control socket, for command lines: blocking, one request per connection.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::control {

/// Where the daemon listens unless --socket says otherwise.
inline constexpr const char* default_socket = "/run/audienced/control.sock";

/// How long a client waits for a daemon that accepts it and says nothing.
struct Patience {
    std::chrono::milliseconds notice{1000};  // then on_silence is called, once, before the first byte
    std::chrono::milliseconds limit{0};      // then it is given up (timeout); 0: as long as it takes
    std::function<void()> on_silence;        // null: nothing is said
};

struct ClientAnswer {
    unsigned status = 0;
    std::string body;
    bool good() const noexcept { return status >= 200 && status < 300; }
};

/// Every Error of this class means that the daemon could not be reached or closed the connection (exit code
/// 3); what the daemon itself refuses is an answer.
class Client {
public:
    explicit Client(std::string socket_path, Patience patience = {})
        : path_(std::move(socket_path)), patience_(std::move(patience)) {}

    /// Waits for the answer's first byte, and for each further one, as `patience` says. Errors: network;
    /// timeout once the limit has passed.
    result<ClientAnswer> send(std::string_view method, std::string_view target,
                              std::string_view body = {}) const;
    /// Gives the body of a good answer piece by piece, until it is whole; an error of `on_piece` ends it and
    /// is returned. Errors: as send(); network (it was cut short).
    result<ClientAnswer> download(std::string_view method, std::string_view target,
                                  const std::function<result<void>(std::string_view piece)>& on_piece) const;
    /// Gives each line as it comes, until the stream ends or `on_line` returns false. An answer that is no
    /// stream (a refusal) is returned whole. Silence longer than a minute counts as gone: a live stream beats
    /// every 5 s.
    result<ClientAnswer> stream(std::string_view target,
                                const std::function<bool(std::string_view line)>& on_line) const;

private:
    std::string path_;
    Patience patience_;
};

}  // namespace audienced::control
