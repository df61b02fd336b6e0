#include "control/session.hpp"

#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "control/problem.hpp"
#include "control/target.hpp"

namespace audienced::control {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::local::stream_protocol;

namespace {

using namespace asio::experimental::awaitable_operators;
using ByteStream = beast::basic_stream<stream_protocol, asio::any_io_executor>;

/// What a broken request is told, or none where the client cannot be told: gone, or too slow (the stream is
/// closed then).
std::optional<Reply> reply_to_broken(beast::error_code ec) {
    if (ec == http::error::header_limit) {
        auto reply = problem_reply(make_error(Errc::too_large, "the request's header is larger than 8 KiB"));
        reply.status = 431;
        return reply;
    }
    if (ec == http::error::body_limit)
        return problem_reply(make_error(Errc::too_large, "the request's body is larger than 1 MiB"));
    if (ec == http::error::end_of_stream || ec == http::error::partial_message) return std::nullopt;
    static const beast::error_code any_http_error = http::error::bad_method;
    if (ec.category() == any_http_error.category())
        return problem_reply(make_error(Errc::usage, "this is not an HTTP/1.1 request: " + ec.message()));
    return std::nullopt;
}

struct Session {
    ByteStream stream;
    const Bounds& bounds;
    beast::flat_buffer buffer;

    /// false: the connection is of no use any more.
    awaitable<bool> write(Reply reply, unsigned version, bool keep_alive) {
        http::response<http::string_body> response(static_cast<http::status>(reply.status), version);
        response.set(http::field::server, "audienced");
        response.set(http::field::content_type, reply.content_type);
        response.set(http::field::cache_control, "no-store");
        response.keep_alive(keep_alive);
        response.body() = std::move(reply.body);
        response.prepare_payload();
        stream.expires_after(bounds.write_stall);
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec, bytes] = co_await http::async_write(stream, response, token);
        co_return !ec && keep_alive;
    }

    awaitable<bool> write_chunk(std::string piece) {
        stream.expires_after(bounds.write_stall);
        auto chunk = http::make_chunk(asio::buffer(piece));
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec, bytes] = co_await asio::async_write(stream, std::move(chunk), token);
        co_return !ec;
    }

    awaitable<bool> write_piece(std::string piece) {
        stream.expires_after(bounds.write_stall);
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec, bytes] = co_await asio::async_write(stream, asio::buffer(piece), token);
        co_return !ec;
    }

    awaitable<bool> write_stream(Reply reply, unsigned version, bool keep_alive) {
        http::response<http::empty_body> response(static_cast<http::status>(reply.status), version);
        response.set(http::field::server, "audienced");
        response.set(http::field::content_type, reply.content_type);
        response.set(http::field::cache_control, "no-store");
        response.keep_alive(keep_alive);
        if (reply.stream_bytes)
            response.content_length(*reply.stream_bytes);
        else
            response.chunked(true);
        http::response_serializer<http::empty_body> head(response);
        stream.expires_after(bounds.write_stall);
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec, bytes] = co_await http::async_write_header(stream, head, token);
        if (ec) co_return false;
        std::uint64_t sent = 0;
        for (;;) {
            stream.expires_never();
            std::string piece = co_await reply.stream->next();
            if (piece.empty()) break;
            sent += piece.size();
            bool written = false;
            if (reply.stream_bytes)
                written = co_await write_piece(std::move(piece));
            else
                written = co_await write_chunk(std::move(piece));
            if (!written) co_return false;
        }
        // One that ends too soon must not be taken for a whole one.
        if (reply.stream_bytes) co_return sent == *reply.stream_bytes&& keep_alive;
        stream.expires_after(bounds.write_stall);
        auto last = http::make_chunk_last();
        auto [ec2, bytes2] = co_await asio::async_write(stream, std::move(last), token);
        co_return !ec2 && keep_alive;
    }

    /// The answer; none if the client was gone before it and the request is of use to it alone.
    awaitable<std::optional<Reply>> answer(Responder& responder, Request request) {
        if (!responder.ends_with_client(request)) {
            std::optional<Reply> reply = co_await responder.respond(std::move(request));
            co_return std::move(reply);
        }
        Answer kept;
        auto responding = keep(responder, std::move(request), kept);
        auto leaving = until_client_is_gone();
        co_await (std::move(responding) || std::move(leaving));
        if (kept.failure) std::rethrow_exception(kept.failure);
        co_return std::move(kept.reply);
    }

    struct Answer {
        std::optional<Reply> reply;
        std::exception_ptr failure;
    };
    /// What it throws is kept too: of two awaitables that run side by side a failure of one waits for the
    /// other.
    static awaitable<void> keep(Responder& responder, Request request, Answer& into) {
        try {
            into.reply = co_await responder.respond(std::move(request));
        } catch (...) {
            into.failure = std::current_exception();
        }
    }
    /// A peer that closed, or was killed. One that only sends no more (a half-closed connection) still reads.
    awaitable<void> until_client_is_gone() {
        auto token = asio::as_tuple(asio::use_awaitable);
        (void)co_await stream.socket().async_wait(stream_protocol::socket::wait_error, token);
    }

    /// Waits for the first byte of the next request. false: none came in time, or the client is gone.
    awaitable<bool> wait_for_request(std::chrono::milliseconds limit) {
        if (buffer.size() > 0) co_return true;
        stream.expires_after(limit);
        auto token = asio::as_tuple(asio::use_awaitable);
        auto room = buffer.prepare(4096);
        auto [ec, bytes] = co_await stream.async_read_some(room, token);
        buffer.commit(bytes);
        co_return !ec && bytes > 0;
    }

    void close() {
        beast::error_code ignored;
        stream.socket().shutdown(stream_protocol::socket::shutdown_both, ignored);
        stream.close();
    }
};

}  // namespace

awaitable<void> run_session(stream_protocol::socket socket, Caller caller, const Bounds& bounds,
                            Responder& responder) {
    Session session{ByteStream(std::move(socket)), bounds, {}};
    auto patience = bounds.first_byte;
    auto token = asio::as_tuple(asio::use_awaitable);
    for (bool alive = true; alive; patience = bounds.idle) {
        const bool begun = co_await session.wait_for_request(patience);
        if (!begun) break;
        http::request_parser<http::string_body> parser;
        parser.header_limit(bounds.header_bytes);
        parser.body_limit(bounds.body_bytes);
        session.stream.expires_after(
            bounds.whole_request);  // one deadline for the whole request, however it trickles in
        auto [ec, bytes] = co_await http::async_read(session.stream, session.buffer, parser, token);
        if (ec) {
            auto broken = reply_to_broken(ec);
            if (broken) (void)co_await session.write(std::move(*broken), 11, false);
            break;
        }
        const unsigned version = parser.get().version();
        const bool keep_alive = parser.get().keep_alive();
        const auto raw_target = parser.get().target();
        auto target = parse_target(std::string_view(raw_target.data(), raw_target.size()));
        if (target && version != 10 && version != 11)
            target = make_error(Errc::usage, "this server requires HTTP/1.1");
        if (!target) {
            auto refusal = problem_reply(target.error());
            (void)co_await session.write(std::move(refusal), 11, false);
            break;
        }
        Request request;
        request.method = std::string(parser.get().method_string());
        request.path = std::move(target->path);
        request.query = std::move(target->query);
        request.body = std::move(parser.get().body());
        // The configuration may have been read again since: what it takes away counts at once.
        if (caller.roles) caller.role = role_of(caller.peer, *caller.roles, ::geteuid());
        request.caller = caller;
        session.stream.expires_never();
        auto answer = co_await session.answer(responder, std::move(request));
        if (!answer) break;
        Reply& reply = *answer;
        if (reply.stream && version >= 11)
            alive = co_await session.write_stream(std::move(reply), version, keep_alive);
        else if (reply.stream)
            alive = co_await session.write(
                problem_reply(make_error(Errc::usage, "a stream requires HTTP/1.1")), version, false);
        else
            alive = co_await session.write(std::move(reply), version, keep_alive);
    }
    session.close();
}

awaitable<void> refuse_session(stream_protocol::socket socket, const Bounds& bounds, Error why) {
    Session session{ByteStream(std::move(socket)), bounds, {}};
    Reply refusal = problem_reply(why);
    refusal.status = 503;
    (void)co_await session.write(std::move(refusal), 11, false);
    session.close();
}

}  // namespace audienced::control
