// Waits for provider jobs: one poller asks for all open tickets at once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aio/event.hpp"
#include "run/control.hpp"
#include "run/progress.hpp"

namespace audienced::run {

class Jobs {
public:
    /// All three outlive it.
    Jobs(Environment& env, provider::Provider& provider, RunProgress& progress, RunControl& control)
        : time_(*env.time), provider_(provider), progress_(progress), control_(control), changed_(env.io) {}

    /// How the job of a ticket ended: anything but pending. Within some hours: then it is overdue. Suspends;
    /// ends at once when the run is to stop, and the ticket is good for another life.
    awaitable<result<provider::JobState>> end_of(std::string ticket);

private:
    awaitable<result<void>> pause();
    awaitable<result<void>> poll_round();
    void say_what_for();
    aio::Time& time_;
    provider::Provider& provider_;
    RunProgress& progress_;
    RunControl& control_;
    aio::Event changed_;
    std::map<std::string, std::optional<provider::JobState>> open_;
    std::map<std::string, SteadyTime> asked_since_;
    bool polling_ = false;
    std::chrono::milliseconds pause_{0};
};

}  // namespace audienced::run
