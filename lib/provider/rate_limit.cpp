#include "provider/rate_limit.hpp"

#include <algorithm>

namespace audienced::provider {
namespace {

/// What one window says: it holds what is under way, and what was answered less than its length ago.
Turn turn_in(const RateWindow& window, const RateState& state, SteadyTime steady) {
    using Kind = Turn::Kind;
    if (window.calls == 0) return {};
    const auto first = std::find_if(state.answered.begin(), state.answered.end(),
                                    [&](SteadyTime end) { return end + window.length > steady; });
    const auto recent = static_cast<std::size_t>(state.answered.end() - first);
    const std::size_t counted = state.in_flight + recent;
    if (counted < window.calls) return {};
    const std::size_t too_many =
        counted - window.calls;  // so many of the oldest answers and one more must age
    if (too_many >= recent) return {.kind = Kind::when_released};
    return {.kind = Kind::at, .at = *(first + static_cast<std::ptrdiff_t>(too_many)) + window.length};
}

}  // namespace

std::int64_t utc_day_of(SysTime t) noexcept {
    return std::chrono::floor<std::chrono::days>(t).time_since_epoch().count();
}

std::uint64_t spent_on(const RateState& state, std::int64_t utc_day) noexcept {
    return state.utc_day == utc_day ? state.spent_today : 0;
}

Turn next_turn(const RateRules& rules, const RateState& state, SysTime now, SteadyTime steady) {
    using Kind = Turn::Kind;
    if (rules.per_day > 0 && spent_on(state, utc_day_of(now)) >= rules.per_day) {
        const SysTime midnight = std::chrono::floor<std::chrono::days>(now) + std::chrono::days{1};
        return {.kind = Kind::tomorrow, .tomorrow = midnight};
    }
    if (steady < state.blocked_steady) return {.kind = Kind::at, .at = state.blocked_steady};
    if (state.in_flight >= rules.at_once) return {.kind = Kind::when_released};
    Turn latest;
    for (const RateWindow& window : rules.windows) {
        const Turn turn = turn_in(window, state, steady);
        if (turn.kind == Kind::when_released) return turn;
        if (turn.kind == Kind::at && (latest.kind == Kind::now || turn.at > latest.at)) latest = turn;
    }
    return latest;
}

void started(const RateRules&, RateState& state, SysTime now) {
    const std::int64_t day = utc_day_of(now);
    state.spent_today = spent_on(state, day) + 1;
    state.utc_day = day;
    ++state.in_flight;
}

void answered(const RateRules& rules, RateState& state, SteadyTime steady) {
    if (state.in_flight > 0) --state.in_flight;
    unsigned most = 0;
    for (const RateWindow& window : rules.windows) most = std::max(most, window.calls);
    if (most == 0) return;
    state.answered.push_back(steady);
    while (state.answered.size() > most) state.answered.pop_front();
}

void block(RateState& state, SysTime until, SysTime now, SteadyTime steady) {
    if (until <= now) return;
    const SteadyTime end = steady + std::chrono::duration_cast<SteadyTime::duration>(until - now);
    if (end <= state.blocked_steady) return;
    state.blocked_steady = end;
    state.blocked_until = until;
}

}  // namespace audienced::provider
