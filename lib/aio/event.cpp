#include "aio/event.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace audienced::aio {
namespace asio = boost::asio;

awaitable<result<void>> Event::wait() {
    auto token = asio::as_tuple(asio::use_awaitable);
    auto [ec] = co_await timer_.async_wait(token);
    (void)ec;  // notify_all() and our own cancellation look alike here; the state below tells them apart
    auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return make_error(Errc::cancelled, "cancelled while waiting");
    co_return result<void>{};
}

}  // namespace audienced::aio
