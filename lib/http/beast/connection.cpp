#include "http/beast/connection.hpp"

#include <openssl/crypto.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <optional>
#include <vector>

#include "aio/with_deadline.hpp"
#include "http/beast/proxy_answer.hpp"
#include "http/beast/response_reader.hpp"
#include "http/request_head.hpp"

namespace audienced::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// A TLS record carries at most 16 KiB; a read gives one record at most.
constexpr std::size_t record_size = 16384;

// The head carries the credentials.
class Wiped {
public:
    explicit Wiped(std::string text) : text_(std::move(text)) {}
    Wiped(const Wiped&) = delete;
    ~Wiped() { OPENSSL_cleanse(text_.data(), text_.size()); }
    std::string& text() noexcept { return text_; }

private:
    std::string text_;
};

std::string place(const std::string& host, std::uint16_t port) {
    return host + ":" + std::to_string(port);
}

Error cancelled() {
    return make_error(Errc::cancelled, "cancelled while talking to the network");
}

Error connect_error(error_code ec, const std::string& where) {
    if (ec == asio::error::operation_aborted) return cancelled();
    if (ec == asio::error::connection_refused)
        return retryable(Errc::network, where + " refused the connection",
                         "check that the address is right and that the service runs; the call is retried");
    return retryable(Errc::network, "no connection to " + where + ": " + ec.message(),
                     "check network and firewall; the call is retried");
}

Error broken(error_code ec, const std::string& host, const std::string& when) {
    if (ec == asio::error::operation_aborted) return cancelled();
    const bool gone = ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
    return retryable(Errc::network,
                     host + " closed the connection " + when + (gone ? std::string() : ": " + ec.message()),
                     "it may have acted on the request; the call is retried");
}

}  // namespace

struct Connection::State {
    State(asio::any_io_executor ex, aio::Time& t, TlsContext c)
        : time(t), context(std::move(c)), stream(ex, *context) {}

    tcp::socket& socket() { return stream.next_layer(); }

    aio::Time& time;
    TlsContext context;
    asio::ssl::stream<tcp::socket> stream;
    bool reusable = false;

    awaitable<result<void>> connect(tcp::endpoint endpoint, std::string where) {
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec] = co_await socket().async_connect(endpoint, token);
        if (ec) co_return connect_error(ec, where);
        error_code ignored;  // without it small requests are merely slower
        socket().set_option(tcp::no_delay(true), ignored);
        co_return result<void>{};
    }

    awaitable<result<void>> tunnel(const Route& route) {
        auto token = asio::as_tuple(asio::use_awaitable);
        Wiped head(connect_head(route.url, route.proxy_credentials));
        auto [write_ec, written] = co_await asio::async_write(socket(), asio::buffer(head.text()), token);
        (void)written;
        if (write_ec)
            co_return broken(write_ec, "the proxy " + route.proxy_host, "before the tunnel was established");
        ProxyAnswer answer(route.proxy_host);
        std::array<char, 1024> piece;
        while (!answer.complete()) {
            auto [ec, n] = co_await socket().async_read_some(asio::buffer(piece), token);
            if (ec)
                co_return broken(ec, "the proxy " + route.proxy_host, "before the tunnel was established");
            auto fed = answer.feed({piece.data(), n});
            if (!fed) co_return fed.error();
        }
        co_return result<void>{};
    }

    awaitable<result<void>> shake_hands(std::string host) {
        SSL* ssl = stream.native_handle();
        if (!expect_host(ssl, host))
            co_return make_error(Errc::tls, host + " cannot appear in a certificate");
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::client, token);
        if (ec == asio::error::operation_aborted) co_return cancelled();
        if (ec) co_return handshake_error(ssl, ec, host);
        co_return result<void>{};
    }
};

Connection::Connection(asio::any_io_executor executor, aio::Time& time, TlsContext context)
    : state_(std::make_unique<State>(std::move(executor), time, std::move(context))) {}

// No close_notify is sent: the whole answer has been read, or the connection's state is unknown.
Connection::~Connection() = default;

awaitable<result<void>> Connection::open(const Route& route, Addresses addresses,
                                         std::chrono::seconds patience, Deadline deadline, Trace& trace) {
    State& s = *state_;
    trace.step = Step::connecting;
    const std::uint16_t port = route.by_proxy ? route.proxy_port : route.url.port;
    const std::string where =
        route.by_proxy ? "the proxy " + place(route.proxy_host, port) : place(route.url.host, port);
    result<void> connected = make_error(Errc::network, where + " has no address");
    for (const auto& address : addresses) {
        const tcp::endpoint endpoint(address, port);
        const Deadline until = std::min(deadline, s.time.steady() + patience);
        auto connecting = s.connect(endpoint, where);
        connected = co_await aio::with_deadline(s.time, until, std::move(connecting));
        if (connected || connected.error().code == Errc::cancelled) break;
        error_code ignored;  // a socket that failed to connect is closed, to be opened for the next address
        s.socket().close(ignored);
        if (connected.error().code == Errc::timeout)
            connected = retryable(Errc::timeout, where + " did not accept a connection in time",
                                  "check network and firewall; the call is retried");
    }
    if (!connected) co_return connected;

    const Deadline until = std::min(deadline, s.time.steady() + patience);
    if (route.by_proxy) {
        auto asking = s.tunnel(route);
        auto tunnelled = co_await aio::with_deadline(s.time, until, std::move(asking));
        if (!tunnelled) co_return tunnelled;
    }
    trace.step = Step::handshaking;
    auto shaking = s.shake_hands(route.url.host);
    auto shaken = co_await aio::with_deadline(s.time, until, std::move(shaking));
    if (shaken.has_error() && shaken.error().code == Errc::timeout)
        co_return retryable(Errc::timeout, where + " did not finish the TLS handshake in time",
                            "check proxies and firewalls in between; the call is retried");
    co_return shaken;
}

awaitable<result<Response>> Connection::exchange(const Request& request, std::string head_text,
                                                 Trace& trace) {
    State& s = *state_;
    s.reusable = false;
    auto token = asio::as_tuple(asio::use_awaitable);
    const std::string& host = request.url.host;

    trace.step = Step::sending;
    Wiped head(std::move(head_text));
    // What fits goes out in one record with the head.
    const std::size_t room = head.text().size() < record_size ? record_size - head.text().size() : 0;
    const std::string_view body = request.body;
    head.text().append(body.substr(0, room));
    const std::string_view rest = body.substr(std::min(room, body.size()));
    auto [write_ec, head_sent] = co_await asio::async_write(s.stream, asio::buffer(head.text()), token);
    trace.sent += head_sent;
    if (!write_ec && !rest.empty()) {
        auto [ec, sent] = co_await asio::async_write(s.stream, asio::buffer(rest.data(), rest.size()), token);
        trace.sent += sent;
        write_ec = ec;
    }
    // A server may refuse a large request before it has read it whole, and close: its reason is worth
    // reading.
    if (write_ec == asio::error::operation_aborted) co_return cancelled();

    trace.step = Step::waiting;
    ResponseReader reader(host, request.max_response_bytes);
    std::vector<char> piece(record_size);
    const auto enough = [&] { return reader.complete() || (request.head_only && reader.has_head()); };
    while (!enough()) {
        auto [ec, n] = co_await s.stream.async_read_some(asio::buffer(piece), token);
        trace.received += n;
        if (n > 0) {
            trace.step = Step::receiving;
            auto fed = reader.feed({piece.data(), n});
            if (!fed && !enough()) co_return fed.error();
            continue;
        }
        // Only a close_notify may end a body without a length of its own; a lost connection may not.
        if (ec == asio::error::eof && reader.begun()) {
            auto ended = reader.end_of_stream();
            if (!ended) co_return ended.error();
            break;
        }
        if (write_ec && !reader.begun()) co_return broken(write_ec, host, "while the request was sent");
        if (ec)
            co_return broken(ec, host, reader.begun() ? "in the middle of its answer" : "before it answered");
    }
    s.reusable = reader.reusable() && !write_ec;
    co_return reader.take();
}

bool Connection::reusable() const noexcept {
    return state_->reusable;
}

// A write to a connection that the server closed while it was idle succeeds; only this tells beforehand.
bool Connection::is_quiet() const {
    char byte;
    const ssize_t n = ::recv(state_->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace audienced::http
