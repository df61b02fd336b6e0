#include "aio/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>
#include <exception>

namespace audienced::aio {
namespace asio = boost::asio;

TaskGroup::TaskGroup(asio::any_io_executor executor, OnBug on_bug)
    : executor_(executor), on_bug_(std::move(on_bug)), changed_(executor) {}

TaskGroup::~TaskGroup() = default;

void TaskGroup::spawn(std::string name, awaitable<void> task) {
    auto& entry = tasks_.emplace_back();
    entry.name = std::move(name);
    const auto where = std::prev(tasks_.end());
    auto done = [this, where](std::exception_ptr failure) {
        const std::string task_name = where->name;
        tasks_.erase(where);
        if (failure && on_bug_) {
            try {
                std::rethrow_exception(failure);
            } catch (const boost::system::system_error& e) {
                // How a task ends that is cancelled between two operations: no bug.
                if (e.code() != asio::error::operation_aborted) on_bug_(task_name, e.what());
            } catch (const std::exception& e) {
                on_bug_(task_name, e.what());
            }
        }
        changed_.notify_all();
    };
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(where->signal.slot(), std::move(done)));
}

void TaskGroup::cancel() {
    // A task may end inside emit() and erase itself: walk a copy of the positions.
    std::list<Task>::iterator next;
    for (auto it = tasks_.begin(); it != tasks_.end(); it = next) {
        next = std::next(it);
        it->signal.emit(asio::cancellation_type::terminal);
    }
}

awaitable<void> TaskGroup::wait() {
    const bool throwing = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!tasks_.empty()) (void)co_await changed_.wait();
    co_await asio::this_coro::throw_if_cancelled(throwing);
}

}  // namespace audienced::aio
