// A thread for blocking work, reached from coroutines: `co_await worker.run(f)`, where f is a plain function.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "aio/awaitable.hpp"

namespace audienced::aio {

class Worker {
public:
    /// At most so many threads: the first is there from the start, more come when there is work for them and
    /// go when there is none for a while.
    explicit Worker(std::size_t threads = 1);
    ~Worker();  // waits for what was posted

    /// Runs f on the worker's thread and resumes on the caller's executor with what it returned (or
    /// rethrows). F must not return void: return result<void>. Waits for f even when the caller is cancelled,
    /// so f may refer to the caller's locals; long work looks at a stop_token of its own. Name f on the line
    /// above: `auto f = [&] { ... }; auto r = co_await worker.run(f);`
    template <class F>
    awaitable<std::invoke_result_t<F&>> run(F f) {
        // One coroutine for each type of answer, not for each f: its frame is what costs compile time.
        using R = std::invoke_result_t<F&>;
        auto held = std::make_shared<F>(std::move(f));
        return run_for<R>([held] { return (*held)(); });
    }

    /// For work whose end no caller waits for.
    void post(std::function<void()> work);
    /// Runs it on the worker's thread; the calling thread, which must not be one of them, waits for its end.
    /// Rethrows.
    void run_and_wait(const std::function<void()>& work);

    /// Calls of run() in the whole process whose answer has not reached its io thread: while there are any,
    /// an io_context with nothing ready is not idle.
    static int jobs_in_flight() noexcept { return jobs_in_flight_; }

private:
    template <class R>
    awaitable<R> run_for(std::function<R()> f) {
        std::optional<R> value;
        const std::function<void()> work = [&value, &f] { value.emplace(f()); };
        co_await run_job(work);
        co_return std::move(*value);
    }
    /// `work` outlives the coroutine's suspension: it lies in the frame of the caller.
    awaitable<void> run_job(const std::function<void()>& work);

    static inline std::atomic<int> jobs_in_flight_{0};
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace audienced::aio
