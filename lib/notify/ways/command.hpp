// A program of this machine, with the message on its standard input.
#pragma once

#include <string>
#include <vector>

#include "aio/worker.hpp"
#include "notify/way.hpp"

namespace audienced::notify {

class CommandWay final : public Way {
public:
    /// `worker` runs what blocks, and outlives it. `argv` begins with a path.
    CommandWay(std::vector<std::string> argv, std::chrono::milliseconds timeout,
               std::shared_ptr<aio::Worker> worker)
        : argv_(std::move(argv)), timeout_(timeout), worker_(std::move(worker)) {}
    std::string name() const override { return "command"; }
    std::string target() const override { return argv_.front(); }
    std::string leads_to() const override;
    std::chrono::milliseconds patience() const override { return timeout_; }
    awaitable<result<std::string>> tell(const Message& message, Deadline deadline) override;

private:
    std::vector<std::string> argv_;
    std::chrono::milliseconds timeout_;
    std::shared_ptr<aio::Worker> worker_;
};

}  // namespace audienced::notify
