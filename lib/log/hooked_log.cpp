#include "log/hooked_log.hpp"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <new>
#include <thread>

#include "log/attention.hpp"
#include "log/events.hpp"
#include "log/run_command.hpp"

namespace audienced::log {

struct HookedLog::State {
    State(Log& l, const Clock& c, HookOptions o) : inner(l), clock(c), options(std::move(o)) {}

    Log& inner;
    const Clock& clock;
    HookOptions options;
    std::mutex mutex;
    std::condition_variable arrived;
    std::deque<std::string> calls;
    AttentionStates states;
    std::optional<std::chrono::steady_clock::time_point> close_by;
    std::atomic<unsigned> lost{0};  // calls for which there was no memory
    std::thread caller;

    bool add(const Event& event);
    void run();
};

/// False: there was no room.
bool HookedLog::State::add(const Event& event) {
    const std::lock_guard lock(mutex);
    const auto previous = states.change(*event.attention);
    if (!previous || options.command.empty()) return true;
    if (calls.size() >= options.capacity) return false;
    calls.push_back(hook_message(event, *previous, to_iso8601(clock.now())));
    arrived.notify_one();
    return true;
}

void HookedLog::State::run() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::unique_lock lock(mutex);
    for (;;) {
        arrived.wait(lock, [this] { return close_by || !calls.empty(); });
        if (calls.empty()) return;
        const std::string message = std::move(calls.front());
        calls.pop_front();
        const auto command = options.command;
        auto timeout = options.timeout;
        if (close_by) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                *close_by - std::chrono::steady_clock::now());
            if (left.count() <= 0) return;
            timeout = std::min(timeout, left);
        }
        lock.unlock();
        if (!command.empty()) {
            const auto done = run_command(command, message, timeout);
            if (!done) inner.write(hook_failed(done.error().message));
        }
        lock.lock();
    }
}

HookedLog::HookedLog(Log& inner, const Clock& clock, HookOptions options)
    : state_(std::make_unique<State>(inner, clock, std::move(options))) {
    state_->caller = std::thread([state = state_.get()] { state->run(); });
}

HookedLog::~HookedLog() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->close_by = std::chrono::steady_clock::now() + state_->options.at_close;
    }
    state_->arrived.notify_one();
    state_->caller.join();
}

void HookedLog::write(Event event) noexcept {
    try {
        if (event.attention && !state_->add(event))
            state_->inner.write(hook_failed("too many calls are waiting"));
        if (state_->lost.exchange(0) > 0) state_->inner.write(hook_failed("memory was short"));
    } catch (const std::bad_alloc&) {
        ++state_->lost;
    }
    state_->inner.write(std::move(event));
}

void HookedLog::set_command(std::vector<std::string> command, std::chrono::milliseconds timeout) {
    const std::lock_guard lock(state_->mutex);
    state_->options.command = std::move(command);
    state_->options.timeout = timeout;
}

}  // namespace audienced::log
