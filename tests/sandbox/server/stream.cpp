#include "server/stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "aio/time.hpp"

namespace audienced::sandbox {
namespace {

namespace asio = boost::asio;

// Returns when the client has closed the connection: no client sends while an answer is due.
awaitable<result<void>> until_gone(Stream& stream) {
    auto token = asio::as_tuple(asio::use_awaitable);
    auto [ec] = co_await stream.next_layer().async_wait(asio::socket_base::wait_read, token);
    if (ec) co_return make_error(Errc::cancelled, "no longer waited for");
    co_return result<void>{};
}

}  // namespace

void reset(Stream& stream) {
    boost::system::error_code ignored;
    stream.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    stream.next_layer().close(ignored);
}

awaitable<bool> wait_seconds(Stream& stream, double seconds) {
    using namespace asio::experimental::awaitable_operators;
    if (seconds <= 0) co_return true;
    const auto span = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(seconds));
    auto sleeping = aio::system_time().sleep_for(span);
    auto gone = until_gone(stream);
    auto either = co_await (std::move(sleeping) || std::move(gone));
    co_return either.index() == 0;
}

awaitable<bool> wait_for_change(Stream& stream, World& world, double seconds) {
    using namespace asio::experimental::awaitable_operators;
    auto change = world.changed.wait();
    auto rest = wait_seconds(stream, seconds);
    auto either = co_await (std::move(change) || std::move(rest));
    if (either.index() == 1) co_return std::get<1>(either);
    co_return true;
}

awaitable<bool> hold(Stream& stream, World& world, const std::string& rule) {
    const auto released = world.releases[rule];
    ++world.held[rule];
    world.changed.notify_all();
    bool there = true;
    while (there && world.releases[rule] == released) there = co_await wait_for_change(stream, world, 3600);
    --world.held[rule];
    world.changed.notify_all();
    co_return there;
}

awaitable<bool> write_all(Stream& stream, std::string_view bytes) {
    auto token = asio::as_tuple(asio::use_awaitable);
    auto buffer = asio::buffer(bytes.data(), bytes.size());
    auto [ec, n] = co_await asio::async_write(stream, buffer, token);
    (void)n;
    co_return !ec;
}

awaitable<bool> write_slowly(Stream& stream, std::string_view bytes, double per_second) {
    const std::size_t piece = std::max<std::size_t>(1, static_cast<std::size_t>(per_second / 10));
    while (!bytes.empty()) {
        auto part = bytes.substr(0, piece);
        if (!co_await write_all(stream, part)) co_return false;
        bytes.remove_prefix(part.size());
        if (!co_await wait_seconds(stream, 0.1)) co_return false;
    }
    co_return true;
}

}  // namespace audienced::sandbox
