// A group of coroutines that can be cancelled together and is empty before its owner, which waits for them,
// is destroyed.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <list>
#include <string>

#include "aio/awaitable.hpp"
#include "aio/event.hpp"

namespace audienced::aio {

/// Io thread only. A task that ends with an exception is a bug: it is reported to `on_bug` (name, what).
class TaskGroup {
public:
    using OnBug = std::function<void(const std::string& name, const std::string& what)>;
    explicit TaskGroup(boost::asio::any_io_executor executor, OnBug on_bug = {});
    TaskGroup(const TaskGroup&) = delete;
    ~TaskGroup();  // must be empty

    void spawn(std::string name, awaitable<void> task);
    void cancel();           // terminal cancellation to every task alive
    awaitable<void> wait();  // until empty; waits on in spite of cancellation of the waiter
    bool empty() const noexcept { return tasks_.empty(); }
    std::size_t size() const noexcept { return tasks_.size(); }

private:
    struct Task {
        std::string name;
        boost::asio::cancellation_signal signal;
    };
    boost::asio::any_io_executor executor_;
    OnBug on_bug_;
    std::list<Task> tasks_;
    Event changed_;
};

}  // namespace audienced::aio
