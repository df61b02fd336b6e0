// Starts what is due: waits in short slices of steady time and compares the wall clock each time, so that
// suspend and a clock that is set are noticed within half a minute.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aio/event.hpp"
#include "aio/time.hpp"
#include "schedule/planner.hpp"

namespace audienced::schedule {

/// A schedule as it is stored.
struct Entry {
    std::string key;  // "refresh" or "export:NAME"
    std::string calendar, timezone;
    std::optional<SysTime> last_served;
};

/// What the scheduler needs of the world; the daemon implements it over the database and the run queue.
class Book {
public:
    virtual ~Book() = default;
    /// Every schedule that is on. Called at the start and after reload(). On an error the ones known stay in
    /// force and the next slice asks again.
    virtual awaitable<result<std::vector<Entry>>> load() = 0;
    /// Queues what belongs to `key` and stores `due` as last served in the same transaction. On an error
    /// nothing of both happened, and it is called again with the next slice.
    virtual awaitable<result<void>> fire(std::string key, SysTime due) = 0;
    /// Stores `at` as last served without a run: the schedule is new or changed, or the clock was set back.
    virtual awaitable<result<void>> pass_over(std::string key, SysTime at) = 0;
    /// With each slice, after the starts: whatever else is due by now.
    virtual awaitable<result<void>> look(SysTime now) = 0;
    /// This start was missed (daemon down, machine asleep) and is fired now.
    virtual void missed(const std::string& key, SysTime due) = 0;
    /// A calendar or zone that is not understood, or load, fire, pass_over and look failing; key is empty for
    /// load and look.
    /// Called each time: pace it.
    virtual void trouble(const std::string& key, const Error& error) = 0;
};

/// Io thread only.
class Scheduler {
public:
    /// Both must outlive run().
    Scheduler(boost::asio::any_io_executor executor, aio::Time& time, Book& book);

    /// Until it is cancelled; then returns without an exception. A start that was begun is finished first.
    awaitable<void> run();

    /// Definitions changed. A schedule that is new, was off, or has another calendar or zone than before
    /// makes up for nothing: what it would have missed counts as served. (A caller that changes one while the
    /// daemon is stopped, or wants this to hold over a crash right after the change, also removes its
    /// last_served.)
    void reload();

    struct View {
        std::string key, calendar, timezone;
        std::optional<SysTime> next;  // none: see error
        std::optional<SysTime> last_served;
        std::string error;
    };
    /// As of the last look, by key; empty until the first load.
    std::vector<View> view() const;

    static constexpr std::chrono::seconds slice{30};
    /// Fired later than this after it was due, a start counts as missed.
    static constexpr std::chrono::minutes late{2};

private:
    struct Line {
        Entry entry;
        std::optional<Calendar> calendar;
        std::optional<Zone> zone;
        std::optional<SysTime> next;
        std::optional<SysTime> unsaved;  // passed over, not yet stored
        std::string error;
    };
    awaitable<bool> refill();
    void understand(Line& line);
    awaitable<void> serve(std::string key);
    SteadyTime wake_at() const;

    aio::Time& time_;
    Book& book_;
    aio::Event changed_;
    bool reload_wanted_ = true;
    bool loaded_ = false;
    std::map<std::string, Line> lines_;  // changed by refill() alone, so that serve() may keep a reference
};

}  // namespace audienced::schedule
