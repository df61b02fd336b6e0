// Runs a coroutine to its end from a plain test case.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <type_traits>

#include "aio/awaitable.hpp"
#include "support/fake_time.hpp"

namespace audienced::test {

/// Runs `context` until done() says true. With a clock: whenever nothing is ready, no aio::Worker has a job,
/// and nothing happens for `patience` of real time, the clock jumps to its next sleeper. Sockets are not seen
/// as work, so a test with real ones moves the clock by hand, or gives patience. Throws std::logic_error if
/// the context runs out of work first.
void run_until(boost::asio::io_context& context, const std::function<bool()>& done, FakeTime* clock = nullptr,
               std::chrono::milliseconds patience = {});

namespace detail {
/// Runs the task to its end, and rethrows.
void run_to_end(boost::asio::io_context& context, awaitable<void> task, FakeTime* clock,
                std::chrono::milliseconds patience);

template <class T>
awaitable<void> keep(awaitable<T> task, std::optional<T>& value) {
    value.emplace(co_await std::move(task));
}

template <class T>
T run(boost::asio::io_context& context, awaitable<T> task, FakeTime* clock,
      std::chrono::milliseconds patience) {
    if constexpr (std::is_void_v<T>) {
        run_to_end(context, std::move(task), clock, patience);
    } else {
        std::optional<T> value;
        run_to_end(context, keep<T>(std::move(task), value), clock, patience);
        return std::move(*value);
    }
}
}  // namespace detail

/// Returns what the task returned, or rethrows. Other work of the context is left where it stands.
template <class T>
T run_coro(boost::asio::io_context& context, awaitable<T> task) {
    return detail::run(context, std::move(task), nullptr, {});
}

/// The same, jumping from sleeper to sleeper (see run_until).
template <class T>
T run_coro(boost::asio::io_context& context, FakeTime& clock, awaitable<T> task,
           std::chrono::milliseconds patience = {}) {
    return detail::run(context, std::move(task), &clock, patience);
}

/// On a context of its own, which must run out of work by itself.
template <class T>
T run_coro(awaitable<T> task) {
    boost::asio::io_context context(1);
    if constexpr (std::is_void_v<T>) {
        run_coro(context, std::move(task));
        context.run();
    } else {
        T value = run_coro(context, std::move(task));
        context.run();
        return value;
    }
}

}  // namespace audienced::test
