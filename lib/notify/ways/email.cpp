#include "notify/ways/email.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "aio/with_deadline.hpp"
#include "base/text.hpp"
#include "notify/ways/mail_text.hpp"
#include "notify/ways/smtp_dialogue.hpp"

namespace audienced::notify {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t longest_reply = 16 * 1024;

Error lost(const std::string& relay, const boost::system::error_code& ec) {
    return retryable(Errc::network, "no connection to the mail relay " + relay + ": " + ec.message());
}

awaitable<result<void>> connect_to_any(tcp::socket& socket, std::vector<asio::ip::address> addresses,
                                       std::uint16_t port, std::string relay) {
    boost::system::error_code last = asio::error::host_not_found;
    auto token = asio::as_tuple(asio::use_awaitable);
    for (const asio::ip::address& address : addresses) {
        boost::system::error_code ignored;
        socket.close(ignored);
        const tcp::endpoint place(address, port);
        auto [ec] = co_await socket.async_connect(place, token);
        if (!ec) co_return result<void>{};
        last = ec;
        if (ec == asio::error::operation_aborted) break;
    }
    co_return lost(relay, last);
}

/// One reply; what came after it stays in `buffer`.
awaitable<result<std::string>> read_reply(tcp::socket& socket, std::string& buffer, std::string relay) {
    auto token = asio::as_tuple(asio::use_awaitable);
    for (;;) {
        if (const std::size_t size = reply_size(buffer); size > 0) {
            std::string reply = buffer.substr(0, size);
            buffer.erase(0, size);
            co_return reply;
        }
        if (buffer.size() > longest_reply)
            co_return make_error(Errc::bad_answer, "what answered is no mail relay");
        std::array<char, 1024> part;
        auto target = asio::buffer(part);
        auto [ec, size] = co_await socket.async_read_some(target, token);
        if (ec) co_return lost(relay, ec);
        buffer.append(part.data(), size);
    }
}

awaitable<result<void>> write_all(tcp::socket& socket, std::string text, std::string relay) {
    auto token = asio::as_tuple(asio::use_awaitable);
    auto bytes = asio::buffer(text);
    auto [ec, size] = co_await asio::async_write(socket, bytes, token);
    if (ec) co_return lost(relay, ec);
    co_return result<void>{};
}

awaitable<result<void>> hand_over(tcp::socket& socket, SmtpDialogue& dialogue, std::string relay) {
    std::string buffer;
    for (;;) {
        auto reply = co_await read_reply(socket, buffer, relay);
        if (!reply) co_return reply.error();
        auto line = dialogue.next(*reply);
        if (!line) co_return line.error();
        if (!*line) co_return result<void>{};
        auto written = co_await write_all(socket, std::move(**line), relay);
        if (!written) co_return written.error();
    }
}

}  // namespace

std::string EmailWay::leads_to() const {
    std::string out = target();
    for (const std::string& one : settings_.to) out += '\n' + one;
    return out;
}

awaitable<result<std::string>> EmailWay::tell(const Message& message, Deadline deadline) {
    auto addresses = co_await resolve_(settings_.relay, deadline);
    if (!addresses) co_return addresses.error();
    std::array<std::uint8_t, 12> unique{};
    random_.fill(unique);
    const std::string_view bytes(reinterpret_cast<const char*>(unique.data()), unique.size());
    const std::string id = std::to_string(message.id) + "." + to_hex(bytes);
    const MailHead head{settings_.from, settings_.to, id};
    Envelope envelope;
    envelope.host = message.host.empty() ? "localhost" : message.host;
    envelope.from = settings_.from;
    envelope.to = settings_.to;
    envelope.mail = mail_text(message, head);
    SmtpDialogue dialogue(std::move(envelope));
    tcp::socket socket(co_await asio::this_coro::executor);
    auto connecting = connect_to_any(socket, std::move(*addresses), settings_.port, target());
    auto connected = co_await aio::with_deadline(time_, deadline, std::move(connecting));
    if (!connected) co_return connected.error();
    auto handing = hand_over(socket, dialogue, target());
    auto done = co_await aio::with_deadline(time_, deadline, std::move(handing));
    if (!done) co_return done.error();
    // The mail is the relay's now; whether it hears that this is all does not matter.
    boost::system::error_code ignored;
    const std::string quit = "QUIT\r\n";
    socket.non_blocking(true, ignored);
    (void)socket.write_some(asio::buffer(quit), ignored);
    co_return dialogue.answer();
}

}  // namespace audienced::notify
