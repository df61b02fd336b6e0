// The HTTP client of production.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <string>

#include "aio/time.hpp"
#include "base/secret.hpp"
#include "http/beast/resolve.hpp"
#include "http/client.hpp"
#include "http/pool_state.hpp"

namespace audienced::http {

/// An HTTP proxy that tunnels by CONNECT; TLS goes through it end to end.
struct Proxy {
    std::string host;
    std::uint16_t port = 3128;
    Secret credentials;  // "user:password", or empty
};

struct ClientOptions {
    std::string user_agent = "audienced";
    std::optional<Proxy> proxy;
    PoolLimits pool;
    std::chrono::seconds resolve_patience{10};  // for a name; the request's deadline may be nearer
    std::chrono::seconds open_patience{10};     // for each address, and again for tunnel and handshake
    LookUp look_up = system_look_up;
};

/// `time` must outlive the client, and the client the io_context's last run. Call close() before the end.
std::unique_ptr<Client> make_client(boost::asio::any_io_executor executor, aio::Time& time,
                                    ClientOptions options);

}  // namespace audienced::http
