// Waits for provider jobs: one poller asks for all open tickets at once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aio/event.hpp"
#include "run/context.hpp"

namespace audienced::run {

class Jobs {
public:
    explicit Jobs(Context& ctx) : ctx_(ctx), changed_(ctx.env.io) {}

    /// How the job of a ticket ended: anything but pending.
    awaitable<result<provider::JobState>> end_of(std::string ticket);

private:
    awaitable<result<void>> poll_round();
    Context& ctx_;
    aio::Event changed_;
    std::map<std::string, std::optional<provider::JobState>> open_;
    bool polling_ = false;
    std::chrono::milliseconds pause_{0};
};

}  // namespace audienced::run
