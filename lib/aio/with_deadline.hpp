// Bounds any operation whose failures are values. (`a() || timer()` on operations that throw hides their
// errors.)
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <exception>

#include "aio/time.hpp"

namespace audienced::aio {

/// To be called in a catch block: gives the error if what was thrown only says that somebody cancelled (Asio
/// throws it from the next co_await after a cancellation that came between two operations), else throws it
/// on.
Error cancelled_or_rethrow();

/// Errors: those of the task; timeout; cancelled when the caller is.
template <class T>
awaitable<result<T>> with_deadline(Time& time, Deadline deadline, awaitable<result<T>> task) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto sleeping = time.sleep_until(deadline);
    try {
        auto either = co_await (std::move(task) || std::move(sleeping));
        if (either.index() == 0) co_return std::move(std::get<0>(either));
        // The sleeper also ends first when our caller is cancelled and the task cannot be (aio::Worker).
        if (std::get<1>(either).has_error()) co_return std::get<1>(either).error();
    } catch (...) {
        co_return cancelled_or_rethrow();
    }
    co_return retryable(Errc::timeout, "the deadline passed");
}

}  // namespace audienced::aio
