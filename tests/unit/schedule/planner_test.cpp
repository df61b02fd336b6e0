#include "schedule/planner.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::schedule_planner_test {

using namespace audienced;
using namespace audienced::schedule;
using namespace std::chrono;

namespace {

Calendar calendar(const char* text) {
    auto parsed = parse_calendar(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

Zone zone(const char* name) {
    auto found = find_zone(name);
    REQUIRE(found.has_value());
    return *found;
}

/// "2026-03-29 01:00" or "2026-03-29 01:00:05", UTC.
SysTime utc(const std::string& text) {
    int y = 0, s = 0;
    unsigned mo = 0, d = 0;
    int h = 0, mi = 0;
    REQUIRE(std::sscanf(text.c_str(), "%d-%u-%u %d:%d:%d", &y, &mo, &d, &h, &mi, &s) >= 5);
    return sys_days(year(y) / month(mo) / day(d)) + hours(h) + minutes(mi) + seconds(s);
}

}  // namespace

TEST_CASE("an unknown zone is a usage error that names the form", "[unit][schedule]") {
    for (const char* name : {"", "Mars/Olympus", "CEST5", "../etc/passwd", "/etc/localtime", "localtime",
                             "leapseconds", "zone.tab", "posixrules", "Europe", "Europe/", " UTC"}) {
        CAPTURE(name);
        const auto found = find_zone(name);
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().code == Errc::usage);
        CHECK_THAT(found.error().hint, Catch::Contains("Area/City"));
    }
    CHECK_THAT(find_zone("europe/berlin").error().hint, Catch::Contains("Europe/Berlin"));
    CHECK_THAT(find_zone("Berlin").error().hint, Catch::Contains("Europe/Berlin"));
    for (const char* name : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"}) {
        REQUIRE(find_zone(name).has_value());
        CHECK(find_zone(name)->name() == name);
    }
}

TEST_CASE("zone data covers the coming years", "[unit][schedule]") {
    // Files that hold only a rule for the future read as if summer time had been abolished.
    const Zone berlin = zone("Europe/Berlin");
    CHECK(berlin.to_utc(LocalTime(local_days(2036y / July / 1) + 12h)) == utc("2036-07-01 10:00"));
}

TEST_CASE("the next start is the first one after", "[unit][schedule]") {
    struct Row {
        const char *calendar, *zone, *after, *next;
    };
    const auto row = GENERATE(values<Row>({
        // plain days
        {"daily 02:00", "UTC", "2026-06-01 01:59:59", "2026-06-01 02:00"},
        {"daily 02:00", "UTC", "2026-06-01 02:00:00", "2026-06-02 02:00"},
        {"daily 02:00", "Europe/Berlin", "2026-06-01 02:00", "2026-06-02 00:00"},
        {"daily 02:00,14:00", "Asia/Kolkata", "2026-06-01 00:00", "2026-06-01 08:30"},
        {"weekly mon,thu 02:00", "UTC", "2026-06-01 02:00", "2026-06-04 02:00"},
        {"weekly mon,thu 02:00", "UTC", "2026-06-04 02:00", "2026-06-08 02:00"},
        {"*/15 * * * *", "UTC", "2026-06-01 02:01", "2026-06-01 02:15"},
        // far east and far west of the date line
        {"daily 00:00", "Pacific/Kiritimati", "2026-06-01 00:00", "2026-06-01 10:00"},
        {"daily 00:00", "Pacific/Pago_Pago", "2026-06-01 00:00", "2026-06-01 11:00"},
        // a missing hour: 02:00 to 03:00 on 29 March in Berlin
        {"daily 02:30", "Europe/Berlin", "2026-03-28 12:00", "2026-03-29 01:00"},
        {"daily 02:30", "Europe/Berlin", "2026-03-29 01:00", "2026-03-30 00:30"},
        {"daily 02:00", "Europe/Berlin", "2026-03-28 12:00", "2026-03-29 01:00"},
        {"daily 03:00", "Europe/Berlin", "2026-03-28 12:00", "2026-03-29 01:00"},
        {"daily 02:10,02:50,03:00", "Europe/Berlin", "2026-03-29 01:00", "2026-03-30 00:10"},
        {"daily 02:30", "America/New_York", "2026-03-08 00:00", "2026-03-08 07:00"},
        // a doubled hour: 02:00 to 03:00 on 25 October in Berlin
        {"daily 02:30", "Europe/Berlin", "2026-10-24 12:00", "2026-10-25 00:30"},
        {"daily 02:30", "Europe/Berlin", "2026-10-25 00:30", "2026-10-26 01:30"},
        {"0 * * * *", "Europe/Berlin", "2026-10-25 00:00", "2026-10-25 02:00"},
        // summer time that begins at midnight, half an hour of it, a day that never was
        {"daily 00:00", "America/Havana", "2026-03-07 12:00", "2026-03-08 05:00"},
        {"daily 02:15", "Australia/Lord_Howe", "2026-10-02 16:00", "2026-10-03 15:30"},
        {"daily 12:00", "Pacific/Apia", "2011-12-29 23:00", "2011-12-30 10:00"},
        {"daily 12:00", "Pacific/Apia", "2011-12-30 10:00", "2011-12-30 22:00"},
        // leap days, year's end
        {"0 0 29 2 *", "UTC", "2024-02-29 00:00", "2028-02-29 00:00"},
        {"0 0 29 2 *", "UTC", "2096-03-01 00:00", "2104-02-29 00:00"},
        {"daily 02:00", "UTC", "2028-02-28 12:00", "2028-02-29 02:00"},
        {"0 0 31 * *", "UTC", "2026-01-31 00:00", "2026-03-31 00:00"},
        {"daily 23:59", "UTC", "2026-12-31 23:59", "2027-01-01 23:59"},
        {"daily 00:00", "America/Los_Angeles", "2026-12-31 23:00", "2027-01-01 08:00"},
        {"0 0 1 1 *", "Asia/Tokyo", "2026-06-01 00:00", "2026-12-31 15:00"},
        {"0 0 1 jan mon", "UTC", "2026-01-26 00:00", "2027-01-01 00:00"},
    }));
    CAPTURE(row.calendar, row.zone, row.after);
    const Calendar c = calendar(row.calendar);
    const Zone z = zone(row.zone);
    CHECK(to_iso8601(next_after(c, z, utc(row.after))) == to_iso8601(utc(row.next)));
    CHECK(to_iso8601(latest_until(c, z, utc(row.next))) == to_iso8601(utc(row.next)));
    CHECK(latest_until(c, z, utc(row.next) - 1s) <= utc(row.after));
}

TEST_CASE("what is due after a stop, a jump or a correction of the clock", "[unit][schedule]") {
    struct Row {
        const char *what, *served, *now, *fire, *next, *pass_over;
    };
    const auto row = GENERATE(values<Row>({
        {"nothing yet", "2026-06-01 02:00", "2026-06-01 12:00", "", "2026-06-02 02:00", ""},
        {"to the second", "2026-06-01 02:00", "2026-06-02 02:00", "2026-06-02 02:00", "2026-06-03 02:00", ""},
        {"a second before", "2026-06-01 02:00", "2026-06-02 01:59:59", "", "2026-06-02 02:00", ""},
        {"down for a day", "2026-06-01 02:00", "2026-06-02 12:00", "2026-06-02 02:00", "2026-06-03 02:00",
         ""},
        {"down for a year: one", "2025-06-01 02:00", "2026-06-02 12:00", "2026-06-02 02:00",
         "2026-06-03 02:00", ""},
        {"since 1970: one", "1970-01-01 00:00", "2026-06-02 12:00", "2026-06-02 02:00", "2026-06-03 02:00",
         ""},
        {"never served: from now on", "", "2026-06-02 12:00", "", "2026-06-03 02:00", "2026-06-02 12:00"},
        {"clock back a second", "2026-06-02 02:00", "2026-06-02 01:59:59", "", "2026-06-03 02:00", ""},
        {"clock back an hour", "2026-06-02 02:00", "2026-06-02 01:00", "", "2026-06-03 02:00", ""},
        {"clock back a day", "2026-06-02 02:00", "2026-06-01 12:00", "", "2026-06-02 02:00",
         "2026-06-01 12:00"},
        {"clock forward a day", "2026-06-02 02:00", "2026-06-03 12:00", "2026-06-03 02:00",
         "2026-06-04 02:00", ""},
        {"served in 2038", "2038-01-19 03:14", "2026-06-01 12:00", "", "2026-06-02 02:00",
         "2026-06-01 12:00"},
        {"clock in 1970", "2026-06-01 02:00", "1970-01-01 00:00", "", "1970-01-01 02:00", "1970-01-01 00:00"},
    }));
    CAPTURE(row.what);
    const std::string served = row.served, fire = row.fire, pass_over = row.pass_over;
    const auto last = served.empty() ? std::optional<SysTime>() : utc(served);
    const Due found = due(calendar("daily 02:00"), zone("UTC"), last, utc(row.now));
    CHECK((found.fire ? to_iso8601(*found.fire) : "") == (fire.empty() ? "" : to_iso8601(utc(fire))));
    CHECK((found.pass_over ? to_iso8601(*found.pass_over) : "") ==
          (pass_over.empty() ? "" : to_iso8601(utc(pass_over))));
    CHECK(to_iso8601(found.next) == to_iso8601(utc(row.next)));
}

}  // namespace audienced::unit::schedule_planner_test
