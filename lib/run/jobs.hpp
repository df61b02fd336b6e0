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

    /// Outcomes of a ticket once its job has ended. A job that failed or vanished gives `unknown` for every member:
    /// nobody knows how far it came, and sending it again is harmless.
    awaitable<result<std::vector<model::Outcome>>> outcomes(std::string ticket, const model::Batch& batch);

private:
    awaitable<result<void>> poll_round();
    Context& ctx_;
    aio::Event changed_;
    std::map<std::string, std::optional<provider::JobState>> open_;
    bool polling_ = false;
    std::chrono::milliseconds pause_{0};
};

}  // namespace audienced::run
