#include "provider/oauth/loopback.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

#include "aio/task_group.hpp"
#include "provider/oauth/callback.hpp"
#include "provider/oauth/page.hpp"

namespace audienced::provider::oauth {
namespace asio = boost::asio;
using asio::ip::tcp;

result<ListenAddress> parse_listen(const std::string& text) {
    const auto wrong = [&] {
        return make_error(Errc::usage, "--listen takes ADDR:PORT, such as 127.0.0.1:8765 or [::1]:0");
    };
    const auto colon = text.rfind(':');
    if (colon == text.npos || colon + 1 == text.size()) return wrong();
    ListenAddress out;
    out.address = text.substr(0, colon);
    if (out.address.size() > 2 && out.address.front() == '[' && out.address.back() == ']')
        out.address = out.address.substr(1, out.address.size() - 2);
    if (out.address == "localhost") out.address = "127.0.0.1";
    boost::system::error_code ec;
    (void)asio::ip::make_address(out.address, ec);
    if (ec) return wrong();
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, out.port);
    if (parsed.ec != std::errc() || parsed.ptr != end) return wrong();
    return out;
}

struct Loopback::State {
    explicit State(asio::any_io_executor io) : acceptor(io), tasks(io), changed(io) {}

    tcp::acceptor acceptor;
    aio::TaskGroup tasks;
    aio::Event changed;
    std::string expected;
    std::optional<result<Secret>> code;
    std::optional<std::string> verdict;  // the page's trouble, once it is known
    unsigned being_answered = 0;         // browsers whose request was read

    awaitable<void> accept(std::shared_ptr<State> self);
    awaitable<void> serve(std::shared_ptr<State> self, std::shared_ptr<tcp::socket> browser);
    awaitable<std::string> answer_to(std::string target);
};

namespace {

constexpr std::size_t most_browsers = 16;
constexpr std::size_t most_bytes = 8 * 1024;
constexpr std::chrono::seconds request_patience{10};

/// Shuts a socket that takes too long, however it is used meanwhile.
awaitable<void> cut_off(std::shared_ptr<tcp::socket> socket, std::shared_ptr<asio::steady_timer> timer) {
    auto token = asio::as_tuple(asio::use_awaitable);
    auto [ec] = co_await timer->async_wait(token);
    boost::system::error_code ignored;
    if (!ec) socket->close(ignored);
}

/// The target of "GET /callback?... HTTP/1.1"; empty for anything else.
std::string target_of(const std::string& request) {
    if (!request.starts_with("GET /")) return {};
    const auto end = request.find_first_of(" \r\n", 4);
    if (end == request.npos || request[end] != ' ') return {};
    return request.substr(4, end - 4);
}

}  // namespace

awaitable<void> Loopback::State::accept(std::shared_ptr<State> self) {
    auto token = asio::as_tuple(asio::use_awaitable);
    while (acceptor.is_open()) {
        auto browser = std::make_shared<tcp::socket>(acceptor.get_executor());
        auto [ec] = co_await acceptor.async_accept(*browser, token);
        if (ec == asio::error::operation_aborted) co_return;
        if (ec) {
            // Out of descriptors, or a browser that left in between: not at once again.
            asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(200));
            auto [stopped] = co_await pause.async_wait(token);
            if (stopped) co_return;
            continue;
        }
        if (tasks.size() < 2 * most_browsers) tasks.spawn("browser", serve(self, std::move(browser)));
    }
}

awaitable<std::string> Loopback::State::answer_to(std::string target) {
    if (!is_callback(target))
        co_return page(404, "Nothing here", "This address only receives the redirect of a sign-in.");
    if (code) co_return page(400, "Too late", "This sign-in was received already.");
    auto read = read_callback(target, expected);
    if (!is_ours(target, expected)) co_return page(400, "Not signed in", read.error().text());
    code = std::move(read);
    changed.notify_all();
    while (!verdict) {
        auto waited = co_await changed.wait();
        if (!waited) co_return std::string();
    }
    if (verdict->empty())
        co_return page(200, "Signed in",
                       "audienced is connected. You can close this window and go back to the terminal.");
    co_return page(400, "Not signed in", *verdict);
}

awaitable<void> Loopback::State::serve(std::shared_ptr<State> self, std::shared_ptr<tcp::socket> browser) {
    (void)self;
    auto token = asio::as_tuple(asio::use_awaitable);
    auto timer = std::make_shared<asio::steady_timer>(browser->get_executor(), request_patience);
    tasks.spawn("patience", cut_off(browser, timer));
    std::string request;
    auto buffer = asio::dynamic_buffer(request, most_bytes);
    auto [ec, bytes] = co_await asio::async_read_until(*browser, buffer, "\r\n\r\n", token);
    timer->cancel();
    if (!ec) {
        ++being_answered;
        std::string target = target_of(request);
        std::string reply = co_await answer_to(std::move(target));
        timer = std::make_shared<asio::steady_timer>(browser->get_executor(), request_patience);
        tasks.spawn("patience", cut_off(browser, timer));
        // A browser that went away has nothing to read; the sign-in goes on.
        (void)co_await asio::async_write(*browser, asio::buffer(reply), token);
        timer->cancel();
        --being_answered;
        changed.notify_all();
    }
    boost::system::error_code ignored;
    browser->shutdown(tcp::socket::shutdown_both, ignored);
    browser->close(ignored);
}

Loopback::Loopback(std::shared_ptr<State> state) : state_(std::move(state)) {}
Loopback::~Loopback() = default;

result<std::unique_ptr<Loopback>> Loopback::open(asio::any_io_executor io, const ListenAddress& at) {
    auto state = std::make_shared<State>(io);
    boost::system::error_code ec;
    const tcp::endpoint where(asio::ip::make_address(at.address, ec), at.port);
    if (!ec) state->acceptor.open(where.protocol(), ec);
    if (!ec) state->acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) state->acceptor.bind(where, ec);
    if (!ec) state->acceptor.listen(16, ec);
    const std::string place = at.address + ":" + std::to_string(at.port);
    if (ec == asio::error::address_in_use)
        return make_error(Errc::wrong_state, "another process listens on " + place + " already",
                          "finish the other sign-in, or name another port with --listen");
    if (ec == asio::error::access_denied)
        return make_error(Errc::wrong_state, "the daemon may not listen on " + place,
                          "name a port above 1023 with --listen");
    if (ec)
        return make_error(Errc::usage, "the daemon cannot listen on " + place + ": " + ec.message(),
                          "name another address with --listen");
    return std::unique_ptr<Loopback>(new Loopback(std::move(state)));
}

std::uint16_t Loopback::port() const {
    boost::system::error_code ignored;
    return state_->acceptor.local_endpoint(ignored).port();
}

awaitable<result<Secret>> Loopback::wait_for_code(std::string state) {
    const auto s = state_;
    s->expected = std::move(state);
    s->tasks.spawn("accept", s->accept(s));
    while (!s->code) {
        auto waited = co_await s->changed.wait();
        if (!waited) co_return waited.error();
    }
    co_return *s->code;
}

awaitable<void> Loopback::answer(std::string trouble) {
    const auto s = state_;
    s->verdict = std::move(trouble);
    s->changed.notify_all();
    while (s->being_answered > 0) {
        auto waited = co_await s->changed.wait();
        if (!waited) break;
    }
    co_await close();  // browsers that connect ahead of need and say nothing are not waited for
}

awaitable<void> Loopback::close() {
    const auto s = state_;
    boost::system::error_code ignored;
    s->acceptor.close(ignored);
    s->tasks.cancel();
    co_await s->tasks.wait();
}

}  // namespace audienced::provider::oauth
