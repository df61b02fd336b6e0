#include "run/wait_for_source.hpp"

#include <algorithm>

#include "source/settings.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
constexpr auto between_tries = minutes{1};

result<minutes> longest_wait(store::Database& db, const std::vector<std::string>& segments) {
    minutes longest{0};
    for (const std::string& name : segments) {
        auto segment = store::get_segment(db, name);
        if (!segment) return segment.error();
        auto source = store::get_source(db, segment->source);
        if (!source) return source.error();
        auto wait = source::ready_wait(*source);
        if (!wait) return wait.error();
        longest = std::max(longest, *wait);
    }
    return longest;
}

}  // namespace

seconds left_to_wait(minutes wait, SysTime started, SysTime now) {
    const auto gone = std::chrono::duration_cast<seconds>(now - started);
    return std::clamp(wait - gone, seconds{0}, seconds{wait});
}

awaitable<result<void>> wait_for_source(Environment& env, RunProgress& progress,
                                        std::vector<std::string> segments, Error why) {
    if (progress.run.trigger != model::Trigger::schedule) co_return why;
    const auto load = [&](store::Database& db, const vault::Vault&) { return longest_wait(db, segments); };
    auto wait = co_await env.store->run(load);
    if (!wait) co_return wait.error();
    if (*wait == minutes{0}) co_return why;
    const SysTime now = env.time->now();
    const SteadyTime steady = env.time->steady();
    if (!progress.source_wait_ends)
        progress.source_wait_ends = steady + left_to_wait(*wait, progress.run.started_at.value_or(now), now);
    if (steady >= *progress.source_wait_ends) {
        why.message += " (waited " + std::to_string(wait->count()) + " min for it)";
        co_return why;
    }
    const auto left = std::chrono::duration_cast<seconds>(*progress.source_wait_ends - steady);
    env.log->write(log::waiting_for_source(progress.ref(), why, now + left));
    const std::string for_what = "the source's data until " + to_iso8601(now + left) + " at the longest";
    progress.events.waiting(for_what, for_what + ": " + why.message);
    const SteadyTime next = std::min(steady + between_tries, *progress.source_wait_ends);
    auto slept = co_await env.time->sleep_until(next);
    progress.events.waiting({});
    co_return slept;
}

}  // namespace audienced::run
