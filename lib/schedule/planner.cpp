#include "schedule/planner.hpp"

#include <algorithm>
#include <stdexcept>

namespace audienced::schedule {
namespace {

using namespace std::chrono;

// 29 February on a given weekday comes back after 40 years at most.
constexpr int days_to_search = 41 * 366;

bool is_due_on(const Calendar& calendar, local_days day) {
    return calendar.includes(year_month_day(sys_days(day.time_since_epoch())));
}

SysTime start(const Zone& zone, local_days day, minutes time) {
    return zone.to_utc(LocalTime(day) + time);
}

local_days day_of(const Zone& zone, SysTime t) {
    return floor<days>(zone.to_local(t));
}

}  // namespace

// Within a day the starts never go back in UTC (a gap moves its local times to one instant, a doubled hour
// counts once), so a binary search finds the place. A time that the gap moves can land on the following local
// day: both searches begin a day early, or late, for that.

SysTime next_after(const Calendar& calendar, const Zone& zone, SysTime t) {
    local_days day = day_of(zone, t) - days(1);
    for (int i = 0; i < days_to_search; ++i, day += days(1)) {
        if (!is_due_on(calendar, day)) continue;
        const auto found = std::partition_point(calendar.times.begin(), calendar.times.end(),
                                                [&](minutes time) { return start(zone, day, time) <= t; });
        if (found != calendar.times.end()) return start(zone, day, *found);
    }
    throw std::logic_error("a calendar that never comes was not refused: " + calendar.text);
}

SysTime latest_until(const Calendar& calendar, const Zone& zone, SysTime t) {
    local_days day = day_of(zone, t) + days(1);
    for (int i = 0; i < days_to_search; ++i, day -= days(1)) {
        if (!is_due_on(calendar, day)) continue;
        const auto found = std::partition_point(calendar.times.begin(), calendar.times.end(),
                                                [&](minutes time) { return start(zone, day, time) <= t; });
        if (found != calendar.times.begin()) return start(zone, day, *std::prev(found));
    }
    throw std::logic_error("a calendar that never comes was not refused: " + calendar.text);
}

Due due(const Calendar& calendar, const Zone& zone, std::optional<SysTime> last_served, SysTime now) {
    Due out;
    if (!last_served || *last_served > now + trusted_ahead) {
        out.pass_over = now;
        out.next = next_after(calendar, zone, now);
        return out;
    }
    const SysTime latest = latest_until(calendar, zone, now);
    if (latest > *last_served) out.fire = latest;
    out.next = next_after(calendar, zone, std::max(now, *last_served));
    return out;
}

}  // namespace audienced::schedule
