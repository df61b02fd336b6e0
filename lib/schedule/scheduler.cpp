#include "schedule/scheduler.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "aio/with_deadline.hpp"

namespace audienced::schedule {
namespace asio = boost::asio;

namespace {
awaitable<bool> is_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}
}  // namespace

Scheduler::Scheduler(asio::any_io_executor executor, aio::Time& time, Book& book)
    : time_(time), book_(book), changed_(std::move(executor)) {}

void Scheduler::reload() {
    reload_wanted_ = true;
    changed_.notify_all();
}

awaitable<void> Scheduler::run() {
    co_await asio::this_coro::throw_if_cancelled(false);
    for (;;) {
        bool load_failed = false;
        if (reload_wanted_) {
            reload_wanted_ = false;
            const bool loaded = co_await refill();
            load_failed = !loaded;
        }
        std::vector<std::string> keys;
        for (const auto& [key, line] : lines_) keys.push_back(key);
        for (const std::string& key : keys) {
            if (co_await is_cancelled()) co_return;
            co_await serve(key);
        }
        if (co_await is_cancelled()) co_return;
        const SysTime now = time_.now();
        auto looked = co_await book_.look(now);
        if (!looked && looked.error().code != Errc::cancelled) book_.trouble("", looked.error());
        if (co_await is_cancelled()) co_return;
        if (reload_wanted_) continue;  // asked for while we were busy
        reload_wanted_ = load_failed;
        const Deadline deadline = wake_at();
        auto woken = changed_.wait();
        (void)co_await aio::with_deadline(time_, deadline, std::move(woken));
        if (co_await is_cancelled()) co_return;
    }
}

awaitable<bool> Scheduler::refill() {
    auto loaded = co_await book_.load();
    if (!loaded) {
        if (loaded.error().code != Errc::cancelled) book_.trouble("", loaded.error());
        co_return false;
    }
    std::map<std::string, Line> fresh;
    for (Entry& entry : *loaded) {
        Line line;
        line.entry = std::move(entry);
        understand(line);
        const auto old = lines_.find(line.entry.key);
        const bool same = old != lines_.end() && old->second.entry.calendar == line.entry.calendar &&
                          old->second.entry.timezone == line.entry.timezone;
        if (loaded_ && !same) line.entry.last_served.reset();
        if (same && line.entry.last_served) {  // ours may be ahead of what could be stored
            line.entry.last_served = old->second.entry.last_served;
            line.unsaved = old->second.unsaved;
        }
        fresh.insert_or_assign(line.entry.key, std::move(line));
    }
    lines_ = std::move(fresh);
    loaded_ = true;
    co_return true;
}

void Scheduler::understand(Line& line) {
    auto calendar = parse_calendar(line.entry.calendar);
    auto zone = find_zone(line.entry.timezone);
    if (calendar && zone) {
        line.calendar = std::move(*calendar);
        line.zone = *zone;
        return;
    }
    const Error& error = calendar ? zone.error() : calendar.error();
    line.error = error.text();
    book_.trouble(line.entry.key, error);
}

awaitable<void> Scheduler::serve(std::string key) {
    Line& line = lines_.at(key);
    if (!line.calendar || !line.zone) co_return;
    const SysTime now = time_.now();
    const Due found = due(*line.calendar, *line.zone, line.entry.last_served, now);
    line.next = found.next;
    if (found.pass_over) line.entry.last_served = line.unsaved = found.pass_over;
    if (line.unsaved) {
        const SysTime at = *line.unsaved;
        auto stored = co_await book_.pass_over(key, at);
        line.error = stored ? std::string() : stored.error().text();
        if (stored)
            line.unsaved.reset();
        else if (stored.error().code != Errc::cancelled)
            book_.trouble(key, stored.error());
    }
    if (!found.fire) co_return;
    const SysTime start = *found.fire;
    auto fired = co_await book_.fire(key, start);
    line.error = fired ? std::string() : fired.error().text();
    if (!fired) {
        if (fired.error().code != Errc::cancelled) book_.trouble(key, fired.error());
        co_return;
    }
    line.entry.last_served = start;
    line.unsaved.reset();
    if (now - start > late) book_.missed(key, start);
}

SteadyTime Scheduler::wake_at() const {
    SteadyTime::duration wait = slice;
    for (const auto& [key, line] : lines_) {
        if (!line.next) continue;
        // A millisecond more than the difference, so that the wall clock has passed the start when we look.
        const auto left = *line.next - time_.now() + std::chrono::milliseconds(1);
        wait = std::clamp<SteadyTime::duration>(left, std::chrono::milliseconds(1), wait);
    }
    return time_.steady() + wait;
}

std::vector<Scheduler::View> Scheduler::view() const {
    std::vector<View> out;
    for (const auto& [key, line] : lines_) {
        View view;
        view.key = key;
        view.calendar = line.entry.calendar;
        view.timezone = line.entry.timezone;
        view.next = line.next;
        view.last_served = line.entry.last_served;
        view.error = line.error;
        out.push_back(std::move(view));
    }
    return out;
}

}  // namespace audienced::schedule
