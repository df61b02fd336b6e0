#include "support/run_coro.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <stdexcept>

#include "aio/worker.hpp"

namespace audienced::test {

void run_until(boost::asio::io_context& context, const std::function<bool()>& done, FakeTime* clock,
               std::chrono::milliseconds patience) {
    while (!done()) {
        context.restart();
        if (context.poll_one() > 0) continue;
        if (clock && clock->sleepers() > 0 && aio::Worker::jobs_in_flight() == 0) {
            if (patience.count() == 0 || context.run_one_for(patience) == 0) clock->advance_to_next_sleeper();
            continue;
        }
        context.restart();
        if (context.run_one() == 0 && !done())
            throw std::logic_error("the coroutine waits for an event that cannot happen any more");
    }
}

void detail::run_to_end(boost::asio::io_context& context, awaitable<void> task, FakeTime* clock,
                        std::chrono::milliseconds patience) {
    std::exception_ptr failure;
    bool done = false;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown) {
        failure = thrown;
        done = true;
    });
    run_until(
        context, [&done] { return done; }, clock, patience);
    if (failure) std::rethrow_exception(failure);
}

}  // namespace audienced::test
