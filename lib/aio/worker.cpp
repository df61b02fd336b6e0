#include "aio/worker.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>

#include "aio/event.hpp"

namespace audienced::aio {
namespace {

struct Job {
    explicit Job(boost::asio::any_io_executor ex)
        : io(ex), busy(boost::asio::prefer(ex, boost::asio::execution::outstanding_work.tracked)), done(ex) {}
    boost::asio::any_io_executor io, busy;  // busy keeps the io_context running until the answer is back
    std::exception_ptr failure;
    bool finished = false;
    Event done;
};

}  // namespace

struct Worker::Pool {
    explicit Pool(std::size_t size) : threads(size) {}
    boost::asio::thread_pool threads;
};

Worker::Worker(std::size_t threads) : pool_(std::make_unique<Pool>(threads)) {}

Worker::~Worker() {
    pool_->threads.join();
}

void Worker::post(std::function<void()> work) {
    boost::asio::post(pool_->threads, std::move(work));
}

awaitable<void> Worker::run_job(const std::function<void()>& work) {
    auto executor = co_await boost::asio::this_coro::executor;
    const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto job = std::make_shared<Job>(executor);
    ++jobs_in_flight_;
    auto task = [job, &work]() mutable {
        try {
            work();
        } catch (...) {
            job->failure = std::current_exception();
        }
        // The job is destroyed on the io thread: once that has the answer, the coroutine and its io_context
        // may end.
        const boost::asio::any_io_executor io = job->io;
        auto answer = [job = std::move(job)] {
            job->finished = true;
            --jobs_in_flight_;
            job->done.notify_all();
            job->busy = job->io;
        };
        boost::asio::post(io, std::move(answer));
    };
    post(std::move(task));
    while (!job->finished) (void)co_await job->done.wait();
    co_await boost::asio::this_coro::throw_if_cancelled(throwing);
    if (job->failure) std::rethrow_exception(job->failure);
}

}  // namespace audienced::aio
