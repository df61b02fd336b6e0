// Whole years, quarter by quarter of an hour, with a second reading of the rules: a plain walk over UTC that
// looks at the wall.
#include <date/tz.h>

#include <catch2/catch.hpp>
#include <functional>

#include "schedule/planner.hpp"

namespace audienced::unit::schedule_planner_virtual_year_test {

using namespace audienced;
using namespace audienced::schedule;
using namespace std::chrono;

namespace {

struct Rule {
    const char* text;
    std::function<bool(year_month_day, weekday, int minute_of_day)> fits;
};

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all{
        {"daily 02:30", [](auto, auto, int m) { return m == 150; }},
        {"daily 00:00,02:00,02:15,03:00,23:45",
         [](auto, auto, int m) { return m == 0 || m == 120 || m == 135 || m == 180 || m == 1425; }},
        {"weekly sun,mon 01:30",
         [](auto, weekday w, int m) { return m == 90 && (w == Sunday || w == Monday); }},
        {"*/15 0-3 * * *", [](auto, auto, int m) { return m % 15 == 0 && m < 240; }},
        {"45 0-3 25-31 * *",
         [](year_month_day d, auto, int m) { return m % 60 == 45 && m < 240 && unsigned(d.day()) >= 25; }},
    };
    return all;
}

// Every offset of these zones and every start of these rules is a multiple of it.
constexpr minutes quarter{15};

using Wall = std::chrono::local_seconds;

bool fits(const Rule& rule, Wall wall) {
    const auto day = floor<days>(wall);
    return rule.fits(year_month_day(day), weekday(day),
                     static_cast<int>(duration_cast<minutes>(wall - day).count()));
}

/// Every start in [from, to). The wall shows a quarter once for each nominal slot: going back repeats
/// quarters that were served; going forward leaves some out, which are all served by the first one after.
std::vector<SysTime> walk(const Rule& rule, const date::time_zone& zone, sys_seconds from, sys_seconds to) {
    std::vector<SysTime> out;
    date::sys_info info = zone.get_info(from - 48h);
    Wall shown_until(from.time_since_epoch() - 48h + info.offset);  // the first quarter not yet shown
    for (sys_seconds t = from - 48h; t < to; t += quarter) {
        if (t >= info.end) info = zone.get_info(t);
        const Wall wall(t.time_since_epoch() + info.offset);
        bool due = false;
        for (; shown_until <= wall; shown_until += quarter) due = due || fits(rule, shown_until);
        if (due && t >= from) out.push_back(t);
    }
    return out;
}

}  // namespace

TEST_CASE("every nominal slot is served exactly once over whole years", "[unit][schedule]") {
    const std::vector<const char*> zones{"UTC",
                                         "Europe/Berlin",
                                         "Europe/London",
                                         "America/New_York",
                                         "America/Los_Angeles",
                                         "America/Sao_Paulo",
                                         "America/Havana",
                                         "America/Santiago",
                                         "Africa/Cairo",
                                         "Africa/Casablanca",
                                         "Asia/Kolkata",
                                         "Asia/Beirut",
                                         "Asia/Tehran",
                                         "Australia/Sydney",
                                         "Australia/Lord_Howe",
                                         "Pacific/Apia",
                                         "Pacific/Chatham",
                                         "Antarctica/Troll"};
    for (const char* name : zones) {
        const Zone zone = *find_zone(name);
        const date::time_zone& data = *date::locate_zone(name);
        for (const int y : {2011, 2026}) {
            const sys_days from(year(y) / January / 1), to(year(y + 1) / January / 1);
            for (const Rule& rule : rules()) {
                CAPTURE(name, y, rule.text);
                const Calendar calendar = *parse_calendar(rule.text);
                std::vector<SysTime> planned;
                for (SysTime t = next_after(calendar, zone, from - 1s); t < to;
                     t = next_after(calendar, zone, t))
                    planned.push_back(t);
                CHECK(planned == walk(rule, data, from, to));
            }
        }
    }
}

TEST_CASE("a daemon that checks every half minute serves each start once, at most half a minute late",
          "[unit][schedule]") {
    const Calendar calendar = *parse_calendar("daily 02:30,03:00");
    const Zone zone = *find_zone("Europe/Berlin");
    const SysTime from = sys_days(2026y / March / 25), to = sys_days(2026y / November / 1);
    std::optional<SysTime> served = from;
    std::vector<SysTime> fired;
    for (SysTime now = from; now < to; now += 30s) {
        const Due found = due(calendar, zone, served, now);
        if (found.pass_over || found.next <= now) FAIL("at " << to_iso8601(now));
        if (!found.fire) continue;
        CHECK(now - *found.fire < 30s);
        served = found.fire;
        fired.push_back(*found.fire);
    }
    std::vector<SysTime> planned;
    for (SysTime t = next_after(calendar, zone, from); t < to; t = next_after(calendar, zone, t))
        planned.push_back(t);
    CHECK(fired == planned);
    CHECK(fired.size() == 2 * 221 - 1);  // on 29 March both mean the first one after the gap
}

}  // namespace audienced::unit::schedule_planner_virtual_year_test
