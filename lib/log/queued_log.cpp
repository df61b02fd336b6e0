#include "log/queued_log.hpp"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>

#include "log/events.hpp"
#include "log/mask.hpp"
#include "log/pace.hpp"

namespace audienced::log {

struct QueuedLog::State {
    struct Entry {
        Event event;
        SysTime at;
    };
    State(std::unique_ptr<Sink> s, const Clock& c, QueueOptions o)
        : sink(std::move(s)), clock(c), options(std::move(o)), level(options.level), pace(options.pace) {}

    std::unique_ptr<Sink> sink;
    const Clock& clock;
    QueueOptions options;
    std::atomic<Level> level;
    std::mutex mutex;
    std::condition_variable arrived, drained;
    std::deque<Entry> queue;
    Pace pace;
    std::uint64_t dropped = 0;  // no room in the queue; not yet reported
    std::uint64_t lost = 0;     // refused by the sink; reported once it takes something again
    bool writing = false, closing = false;
    std::thread writer;

    void add(Event event);
    void run();
    bool quiet() const { return queue.empty() && !writing && dropped == 0; }
};

void QueuedLog::State::add(Event event) {
    event.message = mask_addresses(event.message);
    for (Field& field : event.fields) field.value = mask_addresses(field.value);
    const Entry entry{std::move(event), clock.now()};
    const std::lock_guard lock(mutex);
    std::optional<std::uint64_t> held_back;
    if (!entry.event.pace_key.empty()) {
        held_back = pace.admit(entry.event.pace_key, clock.steady());
        if (!held_back) return;
    }
    if (queue.size() >= options.capacity) {
        ++dropped;
        return;
    }
    queue.push_back(entry);
    if (held_back.value_or(0) > 0) {
        Event& queued = queue.back().event;
        queued.message += " (and " + std::to_string(*held_back) + " more like it since the last message)";
        queued.fields.push_back(Field{"REPEATED", std::to_string(*held_back)});
    }
    arrived.notify_one();
}

void QueuedLog::State::run() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all,
                    nullptr);  // a dead reader gives EPIPE, and signals are another thread's business
    std::unique_lock lock(mutex);
    for (;;) {
        arrived.wait(lock, [this] { return closing || !queue.empty() || dropped > 0; });
        if (queue.empty() && dropped == 0) break;
        Entry next;
        std::uint64_t told = 0;
        if (!queue.empty()) {
            next = std::move(queue.front());
            queue.pop_front();
        } else {
            told = std::exchange(dropped, 0);
            next = Entry{log_dropped(told), clock.now()};
        }
        writing = true;
        lock.unlock();
        const bool written = sink->write(next.event, next.at);
        lock.lock();
        writing = false;
        // A sink that refuses (a closed descriptor) gets the count when it accepts an event again, not at
        // once for ever.
        if (!written) {
            lost += told > 0 ? told : 1;
        } else if (lost > 0) {
            dropped += std::exchange(lost, 0);
        }
        drained.notify_all();
    }
    drained.notify_all();
}

QueuedLog::QueuedLog(std::unique_ptr<Sink> sink, const Clock& clock, QueueOptions options)
    : state_(std::make_shared<State>(std::move(sink), clock, std::move(options))) {
    auto state = state_;
    state_->writer = std::thread([state] { state->run(); });
}

QueuedLog::~QueuedLog() {
    (void)flush(state_->options.flush_on_close);
    bool idle = false;
    {
        const std::lock_guard lock(state_->mutex);
        state_->closing = true;
        idle = state_->quiet();
        if (!idle) {
            state_->queue.clear();
            state_->dropped = state_->lost = 0;
        }
    }
    state_->arrived.notify_one();
    // A writer stuck in the journal's socket must not keep the process; it holds its own share of the state.
    if (idle) {
        state_->writer.join();
    } else {
        state_->writer.detach();
    }
}

void QueuedLog::write(Event event) noexcept {
    try {
        if (info(event.kind).level > state_->level.load()) return;
        state_->add(std::move(event));
    } catch (...) {
        // Out of memory: the event is lost, so it is counted.
        const std::lock_guard lock(state_->mutex);
        ++state_->dropped;
    }
}

void QueuedLog::set_level(Level level) {
    state_->level = level;
}

bool QueuedLog::flush(std::chrono::milliseconds at_most) {
    std::unique_lock lock(state_->mutex);
    return state_->drained.wait_for(lock, at_most, [this] { return state_->quiet(); });
}

}  // namespace audienced::log
