#include "run/delivery/jobs.hpp"

#include "aio/with_deadline.hpp"

namespace audienced::run {
namespace {

using JobKind = provider::JobState::Kind;

constexpr std::chrono::milliseconds first_pause{1000}, longest_pause{60'000};
// A pause this long says that the jobs take their time: from then on people are told what is waited for.
constexpr std::chrono::milliseconds min_reported_pause{3000};
// Minutes are usual, and an account's jobs wait for each other; a job of this age hangs.
constexpr std::chrono::hours patience{6};

provider::JobState overdue() {
    provider::JobState out;
    out.kind = JobKind::overdue;
    out.why = "the provider's job did not end within " + std::to_string(patience.count()) + " hours";
    return out;
}

}  // namespace

/// Until the next poll, or until the run is stopped.
awaitable<result<void>> Jobs::pause() {
    // A stop that comes between two looks is seen at the next one.
    constexpr std::chrono::milliseconds slice{5000};
    const SteadyTime end = time_.steady() + pause_;
    while (time_.steady() < end) {
        if (auto allowed = control_.may_go_on(); !allowed) co_return allowed;
        const Deadline until = std::min<Deadline>(end, time_.steady() + slice);
        auto stopped = control_.changed.wait();
        auto woken = co_await aio::with_deadline(time_, until, std::move(stopped));
        if (!woken && woken.error().code != Errc::timeout) co_return woken.error();
    }
    co_return control_.may_go_on();
}

void Jobs::say_what_for() {
    if (progress_.long_waits > 0) return;  // something else is in the way, and said
    const bool told = pause_ >= min_reported_pause && !open_.empty();
    progress_.events.waiting(told ? "the provider's job" : "");
}

// A waiting lane that finds no other polling polls for all.
awaitable<result<void>> Jobs::poll_round() {
    polling_ = true;
    pause_ = std::min(longest_pause, std::max(first_pause, pause_ + pause_ / 2));
    say_what_for();
    auto paused = co_await pause();
    std::vector<std::string> tickets;
    for (const auto& [ticket, state] : open_)
        if (!state) tickets.push_back(ticket);
    result<std::vector<provider::JobState>> states = std::vector<provider::JobState>{};
    if (paused && !tickets.empty()) states = co_await provider_.poll(tickets);
    polling_ = false;
    changed_.notify_all();
    if (!paused) co_return paused.error();
    if (!states) co_return states.error();
    const SteadyTime now = time_.steady();
    for (std::size_t i = 0; i < tickets.size() && i < states->size(); ++i) {
        if ((*states)[i].kind == JobKind::pending && now - asked_since_[tickets[i]] < patience) continue;
        open_[tickets[i]] = (*states)[i].kind == JobKind::pending ? overdue() : (*states)[i];
        pause_ = std::chrono::milliseconds{0};
    }
    say_what_for();
    co_return result<void>{};
}

awaitable<result<provider::JobState>> Jobs::end_of(std::string ticket) {
    open_[ticket] = std::nullopt;
    asked_since_[ticket] = time_.steady();
    while (!open_[ticket]) {
        if (auto allowed = control_.may_go_on(); !allowed) co_return allowed.error();
        result<void> progressed;
        if (polling_)
            progressed = co_await changed_.wait();
        else
            progressed = co_await poll_round();
        if (!progressed) co_return progressed.error();
    }
    provider::JobState state = *open_[ticket];
    open_.erase(ticket);
    asked_since_.erase(ticket);
    co_return state;
}

}  // namespace audienced::run
