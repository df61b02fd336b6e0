#include "run/jobs.hpp"

namespace audienced::run {
namespace {

constexpr std::chrono::milliseconds first_pause{1000}, longest_pause{60'000};

}  // namespace

// Whoever waits and finds nobody polling polls for all.
awaitable<result<void>> Jobs::poll_round() {
    polling_ = true;
    pause_ = std::min(longest_pause, std::max(first_pause, pause_ + pause_ / 2));
    auto slept = co_await ctx_.env.time->sleep_for(pause_);
    std::vector<std::string> tickets;
    for (const auto& [ticket, state] : open_)
        if (!state) tickets.push_back(ticket);
    result<std::vector<provider::JobState>> states = std::vector<provider::JobState>{};
    if (slept && !tickets.empty()) states = co_await ctx_.session->provider->poll(tickets);
    polling_ = false;
    changed_.notify_all();
    if (!slept) co_return slept.error();
    if (!states) co_return states.error();
    for (std::size_t i = 0; i < tickets.size() && i < states->size(); ++i) {
        if ((*states)[i].kind == provider::JobState::Kind::pending) continue;
        open_[tickets[i]] = (*states)[i];
        pause_ = std::chrono::milliseconds{0};
    }
    co_return result<void>{};
}

awaitable<result<provider::JobState>> Jobs::end_of(std::string ticket) {
    open_[ticket] = std::nullopt;
    while (!open_[ticket]) {
        if (auto allowed = ctx_.may_go_on(); !allowed) co_return allowed.error();
        result<void> progressed;
        if (polling_)
            progressed = co_await changed_.wait();
        else
            progressed = co_await poll_round();
        if (!progressed) co_return progressed.error();
    }
    provider::JobState state = *open_[ticket];
    open_.erase(ticket);
    co_return state;
}

}  // namespace audienced::run
