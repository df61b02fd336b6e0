#include "aio/worker.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <future>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

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
    explicit Pool(std::size_t size) : most(size) {
        const std::lock_guard lock(mutex);
        add_thread();
    }
    ~Pool() {
        {
            const std::lock_guard lock(mutex);
            closing = true;
            work_came.notify_all();
        }
        for (std::thread& thread : threads) thread.join();
        for (std::thread& thread : ended) thread.join();
    }

    void post(std::function<void()> work) {
        std::list<std::thread> to_join;
        {
            const std::lock_guard lock(mutex);
            queue.push_back(std::move(work));
            if (queue.size() > idle && threads.size() < most) add_thread();
            work_came.notify_one();
            to_join.swap(ended);
        }
        for (std::thread& thread : to_join) thread.join();  // each is past its last line
    }

    void add_thread() {
        const bool first = threads.empty();
        const auto self = threads.emplace(threads.end());
        try {
            *self = std::thread([this, self, first] { serve(self, first); });
        } catch (const std::system_error&) {
            threads.erase(self);
            if (first) throw;  // else those that there are do the work, later
        }
    }

    void serve(std::list<std::thread>::iterator self, bool first) {
        constexpr std::chrono::seconds a_while{10};
        const auto woken = [this] { return closing || !queue.empty(); };
        std::unique_lock lock(mutex);
        for (;;) {
            ++idle;
            if (first)
                work_came.wait(lock, woken);
            else
                work_came.wait_for(lock, a_while, woken);
            --idle;
            if (queue.empty()) {
                if (!closing) ended.splice(ended.end(), threads, self);
                return;
            }
            std::function<void()> work = std::move(queue.front());
            queue.pop_front();
            lock.unlock();
            work();
            work = nullptr;
            lock.lock();
        }
    }

    const std::size_t most;
    std::mutex mutex;
    std::condition_variable work_came;
    std::deque<std::function<void()>> queue;
    std::list<std::thread> threads, ended;  // those that serve; those to be joined
    std::size_t idle = 0;
    bool closing = false;
};

Worker::Worker(std::size_t threads) : pool_(std::make_unique<Pool>(threads)) {}

Worker::~Worker() = default;

void Worker::post(std::function<void()> work) {
    pool_->post(std::move(work));
}

void Worker::run_and_wait(const std::function<void()>& work) {
    std::packaged_task<void()> task([&work] { work(); });
    auto end = task.get_future();
    post([&task] { task(); });
    end.get();
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
