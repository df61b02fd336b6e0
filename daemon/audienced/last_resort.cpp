#include "last_resort.hpp"

#include <cstdlib>

namespace audienced::daemon {

void LastResort::end_process(int exit_code) {
    std::_Exit(exit_code);
}

LastResort::LastResort(End end) : end_(end) {}

LastResort::~LastResort() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void LastResort::arm(SteadyTime deadline, int exit_code) {
    const std::lock_guard lock(mutex_);
    if (deadline_ && *deadline_ <= deadline) return;
    deadline_ = deadline;
    exit_code_ = exit_code;
    changed_.notify_all();
    if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
}

void LastResort::watch() {
    std::unique_lock lock(mutex_);
    while (!over_) {
        if (std::chrono::steady_clock::now() >= *deadline_) return end_(exit_code_);
        changed_.wait_until(lock, *deadline_);
    }
}

}  // namespace audienced::daemon
