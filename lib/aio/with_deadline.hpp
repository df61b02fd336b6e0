// Bounds any operation whose failures are values. (`a() || timer()` on operations that throw hides their
// errors.)
#pragma once

#include <optional>
#include <stop_token>

#include "aio/time.hpp"

namespace audienced::aio {

/// In a catch block: the failure of an operation that was cancelled, as a value; rethrows everything else.
Error cancelled_or_rethrow();

/// What `task` gives; timeout when the deadline passes first, cancelled when the caller is cancelled: `task`
/// is cancelled then, and has ended when this returns.
awaitable<result<void>> with_deadline(Time& time, Deadline deadline, awaitable<result<void>> task);

/// The same for a task that blocks on another thread (aio::Worker) and looks at a token of `stop`: that is
/// requested when the deadline passes or the caller is cancelled, and in the end in any case.
awaitable<result<void>> with_deadline(Time& time, Deadline deadline, std::stop_source stop,
                                      awaitable<result<void>> task);

/// `task` as a task without an answer, which goes to `answer`, which outlives the returned coroutine.
template <class T>
awaitable<result<void>> keep_answer(awaitable<result<T>> task, std::optional<result<T>>& answer) {
    answer.emplace(co_await std::move(task));
    co_return result<void>{};
}

template <class T>
awaitable<result<T>> with_deadline(Time& time, Deadline deadline, awaitable<result<T>> task) {
    std::optional<result<T>> answer;
    auto kept = keep_answer(std::move(task), answer);
    auto in_time = co_await with_deadline(time, deadline, std::move(kept));
    if (!in_time) co_return in_time.error();
    co_return std::move(*answer);
}

template <class T>
awaitable<result<T>> with_deadline(Time& time, Deadline deadline, std::stop_source stop,
                                   awaitable<result<T>> task) {
    std::optional<result<T>> answer;
    auto kept = keep_answer(std::move(task), answer);
    auto in_time = co_await with_deadline(time, deadline, std::move(stop), std::move(kept));
    if (!in_time) co_return in_time.error();
    co_return std::move(*answer);
}

}  // namespace audienced::aio
