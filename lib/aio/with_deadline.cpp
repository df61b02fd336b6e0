#include "aio/with_deadline.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

namespace audienced::aio {

Error cancelled_or_rethrow() {
    std::exception_ptr thrown = std::current_exception();
    try {
        throw;
    } catch (const boost::asio::multiple_exceptions& several) {
        thrown = several.first_exception();
    } catch (...) {  // the only one, looked at below
    }
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
        if (e.code() != boost::asio::error::operation_aborted) throw;
    }
    return make_error(Errc::cancelled, "cancelled");
}

namespace {

awaitable<result<void>> run_beside(awaitable<result<void>> sleeping, awaitable<result<void>> task) {
    using namespace boost::asio::experimental::awaitable_operators;
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

/// The sleep ends when the time is over, when its caller is cancelled, and when it is not needed any more.
awaitable<result<void>> sleep_and_stop(Time& time, Deadline deadline, std::stop_source stop) {
    auto slept = co_await time.sleep_until(deadline);
    stop.request_stop();
    co_return slept;
}

}  // namespace

awaitable<result<void>> with_deadline(Time& time, Deadline deadline, awaitable<result<void>> task) {
    return run_beside(time.sleep_until(deadline), std::move(task));
}

awaitable<result<void>> with_deadline(Time& time, Deadline deadline, std::stop_source stop,
                                      awaitable<result<void>> task) {
    return run_beside(sleep_and_stop(time, deadline, std::move(stop)), std::move(task));
}

}  // namespace audienced::aio
