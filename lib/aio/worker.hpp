// A thread for blocking work, reached from coroutines: `co_await worker.run(f)`, where f is a plain function.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>

#include "aio/awaitable.hpp"
#include "aio/event.hpp"

namespace audienced::aio {

class Worker {
public:
    explicit Worker(std::size_t threads = 1) : pool_(threads) {}
    ~Worker() { pool_.join(); }

    /// Runs f on the worker's thread and resumes on the caller's executor with what it returned (or
    /// rethrows). F must not return void: return result<void>. Waits for f even when the caller is cancelled,
    /// so f may refer to the caller's locals; long work looks at a stop_token of its own. Name f on the line
    /// above: `auto f = [&] { ... }; auto r = co_await worker.run(f);`
    template <class F>
    awaitable<std::invoke_result_t<F&>> run(F f) {
        using R = std::invoke_result_t<F&>;
        struct Job {
            explicit Job(boost::asio::any_io_executor ex) : done(std::move(ex)) {}
            std::optional<R> value;
            std::exception_ptr failure;
            bool finished = false;
            Event done;
        };
        auto executor = co_await boost::asio::this_coro::executor;
        const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        auto job = std::make_shared<Job>(executor);
        auto work = boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked);
        ++jobs_in_flight_;
        auto task = [job, work, &f] {
            try {
                job->value.emplace(f());
            } catch (...) {
                job->failure = std::current_exception();
            }
            boost::asio::post(work, [job] {
                job->finished = true;
                --jobs_in_flight_;
                job->done.notify_all();
            });
        };
        boost::asio::post(pool_, std::move(task));
        while (!job->finished) (void)co_await job->done.wait();
        co_await boost::asio::this_coro::throw_if_cancelled(throwing);
        if (job->failure) std::rethrow_exception(job->failure);
        co_return std::move(*job->value);
    }

    /// For work that nobody waits for.
    template <class F>
    void post(F f) {
        boost::asio::post(pool_, std::move(f));
    }

    /// Calls of run() in the whole process whose answer has not reached its io thread: while there are any,
    /// an io_context with nothing ready is not idle.
    static int jobs_in_flight() noexcept { return jobs_in_flight_; }

private:
    static inline std::atomic<int> jobs_in_flight_{0};
    boost::asio::thread_pool pool_;
};

}  // namespace audienced::aio
