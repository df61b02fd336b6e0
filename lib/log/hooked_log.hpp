// Calls the configured command once per change of an attention state, and passes every event on.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "log/log.hpp"

namespace audienced::log {

struct HookOptions {
    std::vector<std::string> command;  // empty: events are only passed on
    std::chrono::milliseconds timeout{30'000};
    std::size_t capacity = 256;                 // calls waiting; more are reported as failed
    std::chrono::milliseconds at_close{3'000};  // for the calls still waiting
};

class HookedLog final : public Log {
public:
    /// Both must outlive it. Calls are made one after the other by a thread of its own; one that fails is
    /// written to `inner`.
    HookedLog(Log& inner, const Clock& clock, HookOptions options);
    ~HookedLog() override;
    void write(Event) noexcept override;
    /// After a reload; states are kept.
    void set_command(std::vector<std::string> command, std::chrono::milliseconds timeout);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace audienced::log
