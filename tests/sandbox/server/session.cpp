#include "server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "aio/time.hpp"
#include "base/text.hpp"
#include "server/front.hpp"
#include "server/gzip.hpp"
#include "server/head.hpp"
#include "server/stream.hpp"

namespace audienced::sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint64_t largest_body = 1ull << 30;
constexpr std::size_t compress_from = 1000;

Request take(http::request<http::string_body>&& message) {
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message)
        request.headers.emplace_back(ascii_lower(field.name_string()), std::string(field.value()));
    request.body = std::move(message.body());
    split_target(request);
    return request;
}

/// What goes onto the wire, and how.
struct Framed {
    std::string bytes;
    std::size_t body_from = 0;
    bool cut = false;          // send only up to half of the body
    bool reset_after = false;  // then reset, or (false) end without close_notify
};

Framed frame(const Reply& reply, std::string body, bool compressed, const Fault* fault, std::int64_t now) {
    Framed framed;
    framed.bytes = print_head(reply, body.size(), compressed, now);
    framed.body_from = framed.bytes.size();
    framed.bytes += body;
    if (fault && (fault->kind == FaultKind::reset_mid_body || fault->kind == FaultKind::close_mid_body)) {
        framed.cut = true;
        framed.reset_after = fault->kind == FaultKind::reset_mid_body;
        framed.bytes.resize(framed.body_from + body.size() / 2);
    }
    return framed;
}

/// The answer's body as it is sent, after faults of the body.
Reply deface(Reply reply, const Fault& fault, bool& compressed) {
    compressed = false;
    if (fault.kind == FaultKind::gzip_bomb) {
        reply.status = 200;
        reply.body = gzip_of_blanks(static_cast<std::size_t>(fault.bytes));
        compressed = true;
    } else if (fault.kind == FaultKind::truncated_gzip) {
        reply.body = gzip(reply.body);
        reply.body.resize(reply.body.size() * 2 / 3);
        compressed = true;
    } else if (fault.kind == FaultKind::huge_body) {
        reply.status = 200;
        reply.body = "{\"x\":\"" + std::string(static_cast<std::size_t>(fault.bytes), 'x') + "\"}";
    }
    return reply;
}

class Session {
public:
    Session(asio::ip::tcp::socket socket, asio::ssl::context& tls, World& world, aio::Worker& worker)
        : stream_(std::move(socket), tls), world_(world), worker_(worker) {}

    awaitable<void> run() {
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec] = co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
        if (ec) co_return;
        world_.counters.connected();
        for (;;) {
            Request request;
            if (!co_await read(request)) break;
            bool stays = false;
            if (is_control_call(request))
                stays = co_await control_call(request);
            else
                stays = co_await provider_call(request);
            if (!stays) break;
        }
    }

private:
    awaitable<bool> read(Request& request) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(largest_body);
        parser.header_limit(64 * 1024);
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec, n] = co_await http::async_read_header(stream_, buffer_, parser, token);
        (void)n;
        if (ec) co_return false;
        keep_alive_ = parser.get().keep_alive();
        if (parser.get()[http::field::expect] == "100-continue")
            if (!co_await write_all(stream_, "HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
        auto [ec2, n2] = co_await http::async_read(stream_, buffer_, parser, token);
        (void)n2;
        if (ec2) co_return false;
        request = take(parser.release());
        co_return true;
    }

    /// GET /sandbox/wait waits; everything else answers at once.
    awaitable<bool> control_call(Request& request);
    awaitable<bool> provider_call(Request& request);
    awaitable<bool> before(const Fault* fault);
    awaitable<bool> send(Request& request, Reply reply, const Fault* fault, const InFlight& call);

    Stream stream_;
    boost::beast::flat_buffer buffer_;
    World& world_;
    aio::Worker& worker_;
    bool keep_alive_ = true;
};

awaitable<bool> Session::control_call(Request& request) {
    if (request.path == "/sandbox/wait") {
        const double until =
            aio::system_time().steady().time_since_epoch() / std::chrono::duration<double>(1.0) +
            double(request.number("timeout", 30));
        for (;;) {
            const bool done = answer(world_, request).status == 200;
            const double left =
                until - aio::system_time().steady().time_since_epoch() / std::chrono::duration<double>(1.0);
            if (done || left <= 0) break;
            if (!co_await wait_for_change(stream_, world_, left)) break;
        }
    }
    Reply reply = answer(world_, request);
    world_.changed.notify_all();
    std::string bytes = print_head(reply, reply.body.size(), false, world_.now_seconds());
    bytes += reply.body;
    const bool written = co_await write_all(stream_, bytes);
    co_return written&& keep_alive_;
}

/// Faults that come before the answer is made. false: the connection is over.
awaitable<bool> Session::before(const Fault* fault) {
    const FaultKind kind = fault->kind;
    if (kind == FaultKind::reset_before) {
        reset(stream_);
        co_return false;
    }
    bool there = true;
    const double seconds = fault->seconds;
    const std::string& rule = fault->rule;
    if (kind == FaultKind::delay) there = co_await wait_seconds(stream_, seconds);
    if (kind == FaultKind::hold && !fault->apply) there = co_await hold(stream_, world_, rule);
    if (kind == FaultKind::stall && !fault->apply) {
        there = co_await wait_seconds(stream_, seconds);
        if (there) reset(stream_);
        co_return false;
    }
    co_return there;
}

awaitable<bool> Session::provider_call(Request& request) {
    request.received = world_.now();
    auto client = client_of(world_, request);
    InFlight call(world_, client);
    if (auto refusal = over_limit(world_, request, call)) {
        Reply reply = std::move(*refusal);
        const bool stays = co_await send(request, std::move(reply), nullptr, call);
        co_return stays;
    }
    const std::optional<Fault> struck = world_.faults.strike(request, client);
    const Fault* fault = struck ? &*struck : nullptr;
    if (fault) {
        world_.counters.faulted(fault->rule);
        world_.changed.notify_all();
        const bool goes_on = co_await before(fault);
        if (!goes_on) {
            Reply nothing;
            nothing.status = 0;
            record(world_, request, nothing, call, fault->rule, 0);
            co_return false;
        }
    }
    const double latency = latency_seconds(world_, request);
    const double limit = timeout_seconds(world_, request);
    const double waits = std::min(latency, limit);
    const bool there = co_await wait_seconds(stream_, waits);
    if (!there) co_return false;
    Reply reply;
    if (fault && fault->kind == FaultKind::reply) {
        reply = fault->reply;
        reply.kind = request.method + " (fault)";
    } else {
        world_.asked_at = request.received;
        reply = answer(world_, request);
    }
    if (latency > limit) {  // applied, but the server has given up: the outcome stays unknown to the client
        record(world_, request, reply, call, "server timeout", 0);
        reset(stream_);
        co_return false;
    }
    const bool stays = co_await send(request, std::move(reply), fault, call);
    co_return stays;
}

awaitable<bool> Session::send(Request& request, Reply reply, const Fault* fault, const InFlight& call) {
    const std::string rule = fault ? fault->rule : "";
    const auto kind = fault ? fault->kind : FaultKind::reply;
    if (fault && kind == FaultKind::lost_reply) {
        record(world_, request, reply, call, rule, 0);
        reset(stream_);
        co_return false;
    }
    if (fault && (kind == FaultKind::hold || kind == FaultKind::stall) && fault->apply) {
        bool there = false;
        const double seconds = fault->seconds;
        if (kind == FaultKind::hold)
            there = co_await hold(stream_, world_, rule);
        else
            there = co_await wait_seconds(stream_, seconds);
        if (!there || kind == FaultKind::stall) {
            record(world_, request, reply, call, rule, 0);
            reset(stream_);
            co_return false;
        }
    }
    bool compressed = false;
    if (fault) reply = deface(std::move(reply), *fault, compressed);
    if (!compressed && reply.body.size() >= compress_from &&
        icontains(request.header("accept-encoding"), "gzip")) {
        auto job = [&reply] { return gzip(reply.body); };
        reply.body = co_await worker_.run(job);
        compressed = true;
    }
    Framed framed = frame(reply, std::move(reply.body), compressed, fault, world_.now_seconds());
    record(world_, request, reply, call, rule, framed.bytes.size());
    bool written = false;
    const double per_second = fault ? fault->bytes : 0;
    if (kind == FaultKind::slow)
        written = co_await write_slowly(stream_, framed.bytes, per_second);
    else
        written = co_await write_all(stream_, framed.bytes);
    if (framed.cut) {
        if (framed.reset_after) reset(stream_);
        co_return false;
    }
    co_return written&& keep_alive_;
}

}  // namespace

awaitable<void> serve(asio::ip::tcp::socket socket, asio::ssl::context& tls, World& world,
                      aio::Worker& worker) {
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    Session session(std::move(socket), tls, world, worker);
    co_await session.run();
}

}  // namespace audienced::sandbox
