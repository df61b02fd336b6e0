#include "run/event_log.hpp"

#include "aio/with_deadline.hpp"

namespace audienced::run {
namespace {
constexpr std::size_t kept_lines = 1000;
constexpr auto number_interval =
    std::chrono::milliseconds{250};  // a bar that moves four times a second is alive
}  // namespace

void RunEventLog::add(std::string text, std::string in_full) {
    RunEvent line;
    line.seq = next_seq_++;
    line.at = time_.now();
    line.progress = progress();
    line.text = std::move(text);
    line.in_full = std::move(in_full);
    lines_.push_back(std::move(line));
    if (lines_.size() > kept_lines) lines_.pop_front();
    changed_.notify_all();
}

Progress RunEventLog::progress() const {
    Progress out = progress_;
    const SteadyTime now = time_.steady();
    out.rate = estimate_.rate(now);
    if (out.waiting_for.empty()) out.left = estimate_.left(now, out.total);
    return out;
}

void RunEventLog::status(model::RunStatus status, std::string text, std::string in_full) {
    progress_.status = status;
    if (status == model::RunStatus::delivering) estimate_.begin(time_.steady(), progress_.done);
    add(std::move(text), std::move(in_full));
}

void RunEventLog::plan(std::uint64_t total_members, std::uint64_t done_already) {
    progress_.total = total_members;
    progress_.done = done_already;
    add({});
}

void RunEventLog::settled(std::uint64_t members) {
    const SteadyTime now = time_.steady();
    progress_.done += members;
    estimate_.settled(now, progress_.done);
    if (now - last_number_ < number_interval && progress_.done < progress_.total) return;
    last_number_ = now;
    add({});
}

void RunEventLog::waiting(std::string for_what, std::string in_full) {
    if (progress_.waiting_for == for_what && progress_.waiting_in_full == in_full) return;
    progress_.waiting_for = for_what;
    progress_.waiting_in_full = in_full;
    progress_.waiting_since.reset();
    if (!for_what.empty()) progress_.waiting_since = time_.now();
    add(for_what.empty() ? "goes on" : "waits for " + for_what,
        in_full.empty() ? "" : "waits for " + in_full);
}

void RunEventLog::end() {
    ended_ = true;
    changed_.notify_all();
}

awaitable<result<std::vector<RunEvent>>> RunEventLog::after(std::uint64_t seq, Deadline deadline) {
    if (seq >= next_seq_) seq = 0;  // a number that this process never gave out: it was restarted
    std::vector<RunEvent> out;
    for (;;) {
        for (const RunEvent& line : lines_)
            if (line.seq > seq) out.push_back(line);
        if (!out.empty() || ended_) co_return std::move(out);
        auto waiting = changed_.wait();
        auto woken = co_await aio::with_deadline(time_, deadline, std::move(waiting));
        if (!woken && woken.error().code == Errc::timeout) co_return std::move(out);
        if (!woken) co_return woken.error();
    }
}

}  // namespace audienced::run
