// A bounded queue and a writer thread between the program and a sink that may stall.
#pragma once

#include <chrono>
#include <memory>

#include "log/log.hpp"
#include "log/sink.hpp"

namespace audienced::log {

struct QueueOptions {
    Level level = Level::info;  // events less urgent than this are left out
    std::size_t capacity = 4096;
    std::chrono::steady_clock::duration pace = std::chrono::minutes(1);
    std::chrono::milliseconds flush_on_close{2000};
};

class QueuedLog final : public Log {
public:
    /// `clock` must outlive the log. If the sink hangs at the end, the writer thread keeps the sink and is
    /// left behind.
    QueuedLog(std::unique_ptr<Sink> sink, const Clock& clock, QueueOptions options = {});
    ~QueuedLog() override;
    void write(Event) noexcept override;
    /// Any thread: after a reload.
    void set_level(Level);
    /// Waits until everything written so far is in the sink; false when it did not get there in time.
    bool flush(std::chrono::milliseconds at_most);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace audienced::log
