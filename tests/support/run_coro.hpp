// Runs a coroutine to its end from a plain test case.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
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
template <class T>
struct Outcome {
    using Stored = std::conditional_t<std::is_void_v<T>, bool, T>;
    std::optional<Stored> value;
    std::exception_ptr failure;
    bool done = false;
};

template <class T>
awaitable<void> keep(awaitable<T> task, Outcome<T>& outcome) {
    if constexpr (std::is_void_v<T>)
        co_await std::move(task);
    else
        outcome.value.emplace(co_await std::move(task));
}

template <class T>
T run(boost::asio::io_context& context, awaitable<T> task, FakeTime* clock,
      std::chrono::milliseconds patience) {
    Outcome<T> outcome;
    boost::asio::co_spawn(context, keep<T>(std::move(task), outcome), [&outcome](std::exception_ptr failure) {
        outcome.failure = failure;
        outcome.done = true;
    });
    run_until(
        context, [&outcome] { return outcome.done; }, clock, patience);
    if (outcome.failure) std::rethrow_exception(outcome.failure);
    if constexpr (!std::is_void_v<T>) return std::move(*outcome.value);
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
