#include "aio/time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace audienced::aio {
namespace asio = boost::asio;

awaitable<result<void>> Time::sleep_for(std::chrono::steady_clock::duration d) {
    return sleep_until(steady() + d);
}

namespace {
struct SystemTime final : Time {
    SysTime now() const override { return std::chrono::system_clock::now(); }
    SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
    awaitable<result<void>> sleep_until(SteadyTime t) override {
        auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer(executor, t);
        auto token = asio::as_tuple(asio::use_awaitable);
        auto [ec] = co_await timer.async_wait(token);
        if (ec) co_return make_error(Errc::cancelled, "cancelled while waiting");
        co_return result<void>{};
    }
};
}  // namespace

Time& system_time() {
    static SystemTime instance;
    return instance;
}

}  // namespace audienced::aio
