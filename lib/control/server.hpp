// HTTP/1.1 over a Unix socket, bounded in size, number and time: a slow or hostile client harms no other.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "control/authorise.hpp"
#include "control/listener.hpp"
#include "control/request.hpp"

namespace audienced::control {

struct Bounds {
    std::uint32_t header_bytes = 8 * 1024;
    std::uint64_t body_bytes = 1024 * 1024;
    std::size_t connections = 64;
    std::size_t connections_of_others =
        48;  // of all callers but administrators together: some room is kept for those
    std::size_t connections_per_user = 16;  // of one user who is no administrator
    std::chrono::milliseconds first_byte{5'000}, whole_request{10'000}, idle{30'000}, write_stall{10'000};
};

/// Io thread only. Over a bound: 503 (connections), 431 (header), 413 (body), a closed connection (time).
class Server {
public:
    using OnBug = std::function<void(const std::string& where, const std::string& what)>;
    struct Settings {
        RoleGroups roles;
        Bounds bounds;
        OnBug on_bug;
    };
    /// `responder` outlives the server.
    Server(boost::asio::any_io_executor io, Listener listener, Responder& responder, Settings settings);
    ~Server();
    /// Accepts until stop() or until its coroutine is cancelled; then cuts what is under way and returns when
    /// all is gone.
    awaitable<void> serve();
    void stop();
    /// Counts from the next request on, also of sessions that are open. A stream that is under way goes on.
    void set_roles(RoleGroups roles);
    std::size_t connections() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace audienced::control
