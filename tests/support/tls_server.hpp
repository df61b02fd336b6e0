// A raw TLS server on loopback that does byte for byte what a test tells it, on threads of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/certificates.hpp"

namespace audienced::test {

/// The server's side of one connection, for its script. Blocking; every call ends when the server is
/// destroyed.
class Peer {
public:
    virtual ~Peer() = default;
    /// Counted from 0 in the order of acceptance.
    virtual int number() const = 0;
    /// Head and body (by Content-Length) of the next request; nothing if the client went away first.
    virtual std::optional<std::string> read_request() = 0;
    virtual void send(std::string_view bytes) = 0;
    /// close_notify, then closes.
    virtual void say_goodbye() = 0;
    /// Closes TCP in order, without close_notify.
    virtual void cut() = 0;
    /// TCP reset.
    virtual void reset() = 0;
    /// Until the client has closed its side.
    virtual void wait_for_close() = 0;
};

struct TlsServerOptions {
    int max_version = 0;            // of OpenSSL's TLS1_x_VERSION; 0: the newest
    bool stall_handshake = false;   // takes the connection and says nothing
    std::function<void()> stalled;  // called when the client has begun its handshake, on the server's thread
    bool as_proxy = false;          // answers a CONNECT in the clear with proxy_answer before the handshake
    std::string proxy_answer = "HTTP/1.1 200 Connection established\r\n\r\n";
};

class TlsServer {
public:
    /// The script runs once for each connection, on a thread of its own; at its end the connection sends
    /// close_notify.
    using Script = std::function<void(Peer&)>;
    TlsServer(const Certificate& certificate, Script script, TlsServerOptions options = {});
    TlsServer(const TlsServer&) = delete;
    /// Breaks off what is open and waits for the scripts.
    ~TlsServer();

    std::uint16_t port() const noexcept;
    int connections() const noexcept;     // accepted
    int handshakes() const noexcept;      // completed
    int requests() const noexcept;        // read whole
    std::string server_name() const;      // SNI of the last handshake
    std::string connect_request() const;  // what a client asked the proxy

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace audienced::test
