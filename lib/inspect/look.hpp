// A look at a source that a person waits for: bounded in time, and over when its caller is cancelled.
#pragma once

#include "aio/with_deadline.hpp"
#include "run/environment.hpp"

namespace audienced::inspect {

constexpr std::chrono::seconds look_limit{60};

/// "looking at the source crm took longer than 60 s". Errc::timeout.
Error took_too_long(const std::string& source);

/// f(std::stop_token) -> result<T>, on a reader thread. It is told to stop when `look_limit` has passed or
/// the caller is cancelled, and is over when this returns, so it may refer to the caller's locals. Name f on
/// the line above. Errors: those of f; timeout, cancelled.
template <class F>
awaitable<std::invoke_result_t<F&, std::stop_token>> look(run::Environment& env, std::string source, F f) {
    std::stop_source stop;
    auto stoppable = [&f, token = stop.get_token()] { return f(token); };
    auto task = env.readers->run(std::move(stoppable));
    const Deadline deadline = env.time->steady() + look_limit;
    auto looked = co_await aio::with_deadline(*env.time, deadline, stop, std::move(task));
    if (!looked && looked.error().code == Errc::timeout) looked = took_too_long(source);
    co_return looked;
}

}  // namespace audienced::inspect
