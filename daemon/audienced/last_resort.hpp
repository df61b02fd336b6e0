// The end of the process at a deadline, whatever hangs.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.hpp"

namespace audienced::daemon {

/// Ends the process without destroying anything: threads and coroutines that still work keep what they use,
/// and what counts is on disk, as for a kill. A stop that goes well is over before.
class LastResort {
public:
    using End = void (*)(int exit_code);
    /// Outlives everything that may hang, their destructors included. A test puts another end in place.
    explicit LastResort(End end = end_process);
    LastResort(const LastResort&) = delete;
    /// The process ends by itself.
    ~LastResort();

    /// An earlier deadline than the present one replaces it. Any thread.
    void arm(SteadyTime deadline, int exit_code);

private:
    static void end_process(int exit_code);
    void watch();

    End end_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<SteadyTime> deadline_;
    int exit_code_ = 0;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace audienced::daemon
