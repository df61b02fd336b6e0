#include "source/customer_insights/wire.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "source/settings.hpp"

namespace audienced::source::customer_insights {
namespace asio = boost::asio;
namespace {

struct Exchange {
    // Io thread only.
    asio::cancellation_signal signal;
    bool stopped = false;
    // Both threads.
    std::mutex mutex;
    std::condition_variable over;
    std::optional<result<http::Response>> answer;
    std::exception_ptr failure;

    void finish(std::exception_ptr e, result<http::Response> r) {
        const std::lock_guard lock(mutex);
        failure = e;
        answer.emplace(std::move(r));
        over.notify_all();
    }
};

}  // namespace

result<http::Response> send_and_wait(asio::any_io_executor io, http::Client& client, http::Request request,
                                     Deadline deadline, const std::stop_token& stop) {
    auto exchange = std::make_shared<Exchange>();
    auto begin = [exchange, io, &client, deadline, request = std::move(request)]() mutable {
        if (exchange->stopped) return exchange->finish(nullptr, cancelled());
        auto done = [exchange](std::exception_ptr e, result<http::Response> r) {
            exchange->finish(e, std::move(r));
        };
        asio::co_spawn(io, client.send(std::move(request), deadline),
                       asio::bind_cancellation_slot(exchange->signal.slot(), std::move(done)));
    };
    asio::post(io, std::move(begin));
    const std::stop_callback on_stop(stop, [exchange, io] {
        asio::post(io, [exchange] {
            exchange->stopped = true;
            exchange->signal.emit(asio::cancellation_type::terminal);
        });
    });
    std::unique_lock lock(exchange->mutex);
    exchange->over.wait(lock, [&] { return exchange->answer.has_value(); });
    if (stop.stop_requested()) return cancelled();
    if (exchange->failure) std::rethrow_exception(exchange->failure);
    return std::move(*exchange->answer);
}

result<void> pause_for(std::chrono::steady_clock::duration how_long, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, how_long, [] { return false; });
    if (stop.stop_requested()) return cancelled();
    return {};
}

}  // namespace audienced::source::customer_insights
