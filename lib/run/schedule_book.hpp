// The scheduler's book: schedules lie in the database, and a start means queued runs. Failed runs of a
// schedule that are tried again are queued here too.
#pragma once

#include "run/queue.hpp"
#include "schedule/scheduler.hpp"

namespace audienced::run {

class ScheduleBook final : public schedule::Book {
public:
    explicit ScheduleBook(Queue& queue) : queue_(queue), env_(queue.environment()) {}

    awaitable<result<std::vector<schedule::Entry>>> load() override;
    awaitable<result<void>> fire(std::string key, SysTime due) override;
    awaitable<result<void>> pass_over(std::string key, SysTime at) override;
    awaitable<result<void>> look(SysTime now) override;
    void missed(const std::string& key, SysTime due) override;
    void trouble(const std::string& key, const Error& error) override;

private:
    void tell(const model::Run& queued);

    Queue& queue_;
    Environment& env_;
};

}  // namespace audienced::run
