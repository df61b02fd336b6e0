#include "source/threads.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "source/row_batch.hpp"
#include "source/settings.hpp"

namespace audienced::source {

using Milliseconds = std::chrono::milliseconds;

/// How many calls each source has. Shared with every thread.
struct Threads::State {
    struct Lane {
        std::size_t calls = 0, left_behind = 0;
    };
    explicit State(ThreadLimits l) : limits(l) {}

    result<void> enter(const std::string& name, const std::stop_token& stop) {
        std::unique_lock lock(mutex);
        Lane& lane = lanes[name];
        const auto settled = [&] {
            return lane.calls < limits.per_source || lane.left_behind >= limits.per_source;
        };
        if (!changed.wait(lock, stop, settled)) return cancelled();
        if (lane.calls >= limits.per_source)
            return retryable(Errc::not_ready,
                             std::to_string(lane.left_behind) + " reads of the source " + name +
                                 " hang in the system and cannot be ended",
                             "look at the disk, the mount or the server that it lies on; they end by "
                             "themselves when that answers, or when audienced is restarted");
        ++lane.calls;
        ++under_way;
        return {};
    }
    void leave(const std::string& name, bool was_left_behind) {
        Lane& lane = lanes[name];
        --lane.calls;
        --under_way;
        if (was_left_behind) --lane.left_behind;
        changed.notify_all();
    }

    const ThreadLimits limits;
    mutable std::mutex mutex;
    std::condition_variable_any changed;
    std::map<std::string, Lane> lanes;  // an entry never goes: its address is kept while waiting
    std::size_t under_way = 0;
};

namespace {

/// One call, between its thread and its caller. The rows of a read go through two batches: one is filled
/// while the other is handed on.
struct Call final : RowSink {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::stop_source stop;  // for the thread
    bool over = false;
    bool left_behind = false, has_left_lane = false;  // under the mutex of Threads::State
    std::exception_ptr failure;
    RowBatch filling;

    /// The thread's side.
    bool row(std::uint64_t number, std::span<const Value> values) override {
        const auto add = [&] { filling.add_row(number, values); };
        return give(add);
    }
    bool reject(std::uint64_t number, std::string_view why,
                std::optional<std::string_view> address) override {
        const auto add = [&] { filling.add_reject(number, why, address); };
        return give(add);
    }
    template <class Add>
    bool give(const Add& add) {
        std::unique_lock lock(mutex);
        if (filling.full()) changed.wait(lock, stop.get_token(), [this] { return !filling.full(); });
        if (stop.stop_requested()) return false;
        const bool first = filling.empty();
        add();
        if (first || filling.full()) changed.notify_all();
        return true;
    }
    void end() {
        const std::lock_guard lock(mutex);
        over = true;
        changed.notify_all();
    }

    /// The caller's side: hands rows on until the call is over. Errors: cancelled (a stop, or the sink wants
    /// no more), timeout (nothing came for `silence`).
    result<void> follow(RowSink* sink, const std::stop_token& caller_stop, Milliseconds silence) {
        constexpr Milliseconds gather{2};  // a thread woken for every row would cost more than the row
        RowBatch taken;
        for (bool last = false; !last;) {
            std::unique_lock lock(mutex);
            const auto something = [this] { return over || !filling.empty(); };
            if (!changed.wait_for(lock, caller_stop, silence, something))
                return caller_stop.stop_requested() ? cancelled() : make_error(Errc::timeout, "silence");
            if (!over && !filling.full())
                changed.wait_for(lock, caller_stop, gather, [this] { return over || filling.full(); });
            std::swap(filling, taken);
            last = over;
            lock.unlock();
            changed.notify_all();
            if (caller_stop.stop_requested()) return cancelled();
            if (sink && !taken.hand_on(*sink)) return cancelled();
            taken.clear();
        }
        return {};
    }
    bool ends_within(Milliseconds grace) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, grace, [this] { return over; });
    }
};

/// What a call uses; the thread has its own share.
struct Given {
    std::unique_ptr<Secrets> secrets;
    std::unique_ptr<Source> source;  // uses the secrets
};

/// Tells the thread to stop and waits for it a little, whatever way the caller leaves.
class Leave {
public:
    Leave(Threads::State& state, const std::string& name, Call& call)
        : state_(state), name_(name), call_(call) {}
    Leave(const Leave&) = delete;
    ~Leave() {
        if (!asked_) (void)is_over();
    }
    /// False: it hangs and is left behind.
    bool is_over() {
        asked_ = true;
        call_.stop.request_stop();
        if (call_.ends_within(state_.limits.grace)) return true;
        const std::lock_guard lock(state_.mutex);
        if (call_.has_left_lane) return true;  // at the last moment
        call_.left_behind = true;
        ++state_.lanes[name_].left_behind;
        state_.changed
            .notify_all();  // a caller that waits for its turn may have to be told that there is none
        return false;
    }

private:
    Threads::State& state_;
    const std::string& name_;
    Call& call_;
    bool asked_ = false;
};

class OnOwnThread final : public Source {
public:
    OnOwnThread(std::shared_ptr<Threads::State> state, std::string name, std::shared_ptr<Given> given,
                Milliseconds silence)
        : state_(std::move(state)), name_(std::move(name)), given_(std::move(given)), silence_(silence) {}

    result<std::string> test(std::stop_token stop) override {
        const auto work = [](Source& s, RowSink&, std::stop_token t) { return s.test(std::move(t)); };
        return call<std::string>(nullptr, stop, work);
    }
    result<Description> describe(const model::Segment& segment, std::stop_token stop) override {
        const auto work = [segment](Source& s, RowSink&, std::stop_token t) {
            return s.describe(segment, std::move(t));
        };
        return call<Description>(nullptr, stop, work);
    }
    result<Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                          RowSink& sink, std::stop_token stop) override {
        const auto work = [segment, columns](Source& s, RowSink& rows, std::stop_token t) {
            return s.read(segment, columns, rows, std::move(t));
        };
        return call<Snapshot>(&sink, stop, work);
    }

private:
    template <class T, class Work>
    result<T> call(RowSink* sink, const std::stop_token& stop, Work work) {
        if (hangs_) return hanging();
        if (auto entered = state_->enter(name_, stop); !entered) return entered.error();
        auto call = std::make_shared<Call>();
        auto answer = std::make_shared<std::optional<result<T>>>();
        // It takes shares of everything: nothing of the caller's may be touched by a thread left behind.
        auto job = [call, answer, work = std::move(work), given = given_] {
            answer->emplace(work(*given->source, *call, call->stop.get_token()));
        };
        if (auto started = start(call, std::move(job)); !started) return started.error();
        Leave leave(*state_, name_, *call);
        const std::stop_callback on_stop(stop, [call] { call->stop.request_stop(); });
        auto followed = call->follow(sink, stop, silence_);
        if (!leave.is_over()) hangs_ = true;
        if (!followed && followed.error().code == Errc::timeout) return silent();
        if (!followed) return followed.error();
        if (call->failure) std::rethrow_exception(call->failure);
        return std::move(**answer);
    }

    result<void> start(const std::shared_ptr<Call>& call, std::function<void()> job) {
        auto body = [state = state_, name = name_, call, job = std::move(job)]() mutable {
            try {
                job();
            } catch (...) {
                call->failure = std::current_exception();
            }
            job = nullptr;  // with its share of the source: once the lane is left the process may end
            {
                const std::lock_guard lock(state->mutex);
                state->leave(name, call->left_behind);
                call->has_left_lane = true;
            }
            call->end();
        };
        try {
            std::thread(std::move(body)).detach();
        } catch (const std::system_error& e) {
            const std::lock_guard lock(state_->mutex);
            state_->leave(name_, false);
            return retryable(Errc::not_ready,
                             "no thread could be started to read the source " + name_ + ": " + e.what());
        }
        return {};
    }

    Error silent() const {
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(silence_).count();
        return retryable(Errc::not_ready,
                         "the source " + name_ + " gave nothing for " + std::to_string(minutes) +
                             " min; the read was given up",
                         "look at what holds it: its disk, its server or the query");
    }
    Error hanging() const {
        return retryable(Errc::not_ready, "an earlier read of the source " + name_ + " hangs in the system",
                         "look at the disk, the mount or the server that it lies on");
    }

    std::shared_ptr<Threads::State> state_;
    std::string name_;
    std::shared_ptr<Given> given_;
    Milliseconds silence_;
    bool hangs_ = false;  // a thread is still inside the source, which takes one call at a time
};

}  // namespace

std::chrono::minutes longest_silence(const model::Source& source) {
    constexpr std::chrono::minutes margin{5};
    std::chrono::minutes longest{60};
    for (const char* own : {"statement-timeout", "busy-timeout"})
        if (const auto seconds = number_setting(source, own, 0, 0, 24 * 3600); seconds && *seconds != 0)
            longest = std::max(
                longest, std::chrono::ceil<std::chrono::minutes>(std::chrono::seconds(*seconds)) + margin);
    return longest;
}

Threads::Threads(ThreadLimits limits) : state_(std::make_shared<State>(limits)) {}

std::unique_ptr<Source> Threads::on_own_thread(std::string source_name, std::unique_ptr<Source> inner,
                                               std::unique_ptr<Secrets> secrets, Milliseconds silence) {
    auto given = std::make_shared<Given>();
    given->secrets = std::move(secrets);
    given->source = std::move(inner);
    return std::make_unique<OnOwnThread>(state_, std::move(source_name), std::move(given), silence);
}

std::size_t Threads::under_way() const {
    const std::lock_guard lock(state_->mutex);
    return state_->under_way;
}

}  // namespace audienced::source
