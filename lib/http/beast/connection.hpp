// One TLS connection: opened, used for one exchange at a time, thrown away when anything about it is in
// doubt.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "aio/time.hpp"
#include "base/secret.hpp"
#include "http/beast/resolve.hpp"
#include "http/beast/tls.hpp"
#include "http/message.hpp"

namespace audienced::http {

/// How far a request has come: for the message when time runs out, and for whether it may be sent again.
enum class Step { resolving, connecting, handshaking, sending, waiting, receiving };

struct Trace {
    Step step = Step::resolving;
    std::uint64_t sent = 0, received = 0;  // bytes above TLS
};

/// The server to connect to, and the proxy on the way.
struct Route {
    Url url;
    bool by_proxy = false;  // the addresses given to open() are then the proxy's
    std::string proxy_host;
    std::uint16_t proxy_port = 0;
    Secret proxy_credentials;
};

/// Io thread only. After an error, or when a coroutine of it was cancelled, only destruction is left.
class Connection {
public:
    Connection(boost::asio::any_io_executor executor, aio::Time& time, TlsContext context);
    ~Connection();

    /// TCP to the first address that answers, each within `patience`, then CONNECT where a proxy stands
    /// between, then the verified handshake within `patience`. Route and trace stay the caller's until it
    /// returns. Errors: network, timeout, tls, bad_config (the proxy refuses), cancelled.
    awaitable<result<void>> open(const Route& route, Addresses addresses, std::chrono::seconds patience,
                                 Deadline deadline, Trace& trace);

    /// Sends head and body, reads one answer. Bounded by the caller (aio::with_deadline).
    /// Errors: network, tls, bad_answer, too_large, cancelled.
    awaitable<result<Response>> exchange(const Request& request, std::string head, Trace& trace);

    /// May it carry another request, as far as the last answer goes?
    bool reusable() const noexcept;
    /// Looks at the socket without reading: false if the server has closed it or has something to say
    /// unasked.
    bool is_quiet() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace audienced::http
