#include "schedule/calendar.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::schedule_calendar_test {

using namespace audienced;
using namespace audienced::schedule;
using namespace std::chrono;

TEST_CASE("a calendar prints canonically, and what it prints means the same", "[unit][schedule]") {
    struct Row {
        const char *in, *out;
    };
    const auto row = GENERATE(values<Row>({
        {"daily 02:00", "daily 02:00"},
        {"  Daily\t 14:00,02:00,14:00 ", "daily 02:00,14:00"},
        {"weekly thu,MON 02:00", "weekly mon,thu 02:00"},
        {"weekly sun,sat 23:59,00:00", "weekly sat,sun 00:00,23:59"},
        {"weekly mon-fri 06:30", "weekly mon,tue,wed,thu,fri 06:30"},
        {"0 2 * * *", "0 2 * * *"},
        {"*/15  0-6/2,22 1,15 JAN-mar MON-Fri", "*/15 0-6/2,22 1,15 jan-mar mon-fri"},
        {"5 4 * * 7", "5 4 * * 7"},
        {"0 0 29 2 *", "0 0 29 2 *"},
    }));
    CAPTURE(row.in);
    const auto calendar = parse_calendar(row.in);
    REQUIRE(calendar.has_value());
    CHECK(print_calendar(*calendar) == row.out);
    const auto again = parse_calendar(row.out);
    REQUIRE(again.has_value());
    CHECK(*again == *calendar);
}

TEST_CASE("a calendar that is not one is refused with the reason and an example", "[unit][schedule]") {
    struct Row {
        const char *in, *why;
    };
    const auto row = GENERATE(values<Row>({
        {"", "empty"},
        {"   ", "empty"},
        {"hourly", "starts with daily or weekly"},
        {"@daily", "starts with daily or weekly"},
        {"daily", "list of times"},
        {"daily 02:00 14:00", "without blanks"},
        {"daily 2:00", "two digits"},
        {"daily 02:0x", "two digits"},
        {"daily 24:00", "00:00 to 23:59"},
        {"daily 02:60", "00:00 to 23:59"},
        {"daily 02:00,", "two digits"},
        {"daily 02:00:00", "two digits"},
        {"weekly 02:00", "list of days"},
        {"weekly 1,2 02:00", "not a list of days"},
        {"weekly monday 02:00", "sun to sat"},
        {"weekly fri-mon 02:00", "backwards"},
        {"weekly mon,,tue 02:00", "empty entry"},
        {"0 2 * *", "exactly five fields"},
        {"0 0 2 * * *", "exactly five fields"},
        {"60 * * * *", "0 to 59"},
        {"* 24 * * *", "0 to 23"},
        {"* * 0 * *", "1 to 31"},
        {"* * 32 * *", "1 to 31"},
        {"* * * 13 *", "1 to 12 or jan to dec"},
        {"* * * 0 *", "1 to 12"},
        {"* * * * 8", "0 to 7 or sun to sat"},
        {"-1 * * * *", "0 to 59"},
        {"5/15 * * * *", "a step needs a range, as in 5-59/15"},
        {"*/0 * * * *", "a step is a number from 1 to 59"},
        {"*/60 * * * *", "a step is a number"},
        {"*/ * * * *", "a step is a number"},
        {"10-5 * * * *", "backwards"},
        {"1,,2 * * * *", "empty entry"},
        {"99999999999999999999 * * * *", "0 to 59"},
        {"* * * foo *", "jan to dec"},
        {"0 0 30 2 *", "never comes"},
        {"0 0 31 4,6,9,11 *", "never comes"},
    }));
    CAPTURE(row.in);
    const auto calendar = parse_calendar(row.in);
    REQUIRE_FALSE(calendar.has_value());
    CHECK(calendar.error().code == Errc::usage);
    CHECK_THAT(calendar.error().message, Catch::Contains(row.why));
    CHECK_THAT(calendar.error().hint, Catch::Contains("daily 02:00"));
}

TEST_CASE("a very long calendar is refused", "[unit][schedule]") {
    std::string text = "daily 02:00";
    while (text.size() < 5000) text += ",02:00";
    CHECK_FALSE(parse_calendar(text).has_value());
}

TEST_CASE("the day fields of a cron line mean what cron means by them", "[unit][schedule]") {
    const auto on = [](const char* text, year_month_day day) {
        const auto calendar = parse_calendar(text);
        REQUIRE(calendar.has_value());
        return calendar->includes(day);
    };
    const auto monday = 2026y / June / 1, friday = 2026y / June / 12, saturday = 2026y / June / 13,
               sunday = 2026y / June / 14;
    // Both restricted: either is enough.
    CHECK(on("0 0 13 * fri", friday));
    CHECK(on("0 0 13 * fri", saturday));
    CHECK_FALSE(on("0 0 13 * fri", sunday));
    // A field that begins with a star restricts together with the other one.
    CHECK(on("0 0 */2 * mon", monday));
    CHECK_FALSE(on("0 0 */2 * mon", 2026y / June / 8));
    CHECK_FALSE(on("0 0 */2 * mon", saturday));
    // Sunday has two numbers and a name.
    for (const char* text : {"0 0 * * 0", "0 0 * * 7", "0 0 * * sun", "0 0 * * 5-7", "weekly sun 00:00"}) {
        CHECK(on(text, sunday));
        CHECK_FALSE(on(text, monday));
    }
    CHECK(on("0 0 * jun *", sunday));
    CHECK_FALSE(on("0 0 * jul-dec *", sunday));
}

TEST_CASE("the times of a cron line are every hour with every minute", "[unit][schedule]") {
    const auto calendar = parse_calendar("0,30 2-3 * * *");
    REQUIRE(calendar.has_value());
    CHECK(calendar->times == std::vector<minutes>{120min, 150min, 180min, 210min});
    CHECK(parse_calendar("* * * * *")->times.size() == 1440);
}

}  // namespace audienced::unit::schedule_calendar_test
