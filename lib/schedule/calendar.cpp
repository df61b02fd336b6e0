#include "schedule/calendar.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "schedule/cron_field.hpp"

namespace audienced::schedule {
namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 8> weekday_names{"sun", "mon", "tue", "wed",
                                                        "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr FieldRule minute_rule{"minute", 0, 59, {}};
constexpr FieldRule hour_rule{"hour", 0, 23, {}};
constexpr FieldRule day_rule{"day of the month", 1, 31, {}};
constexpr FieldRule month_rule{"month", 1, 12, month_names};
constexpr FieldRule weekday_rule{"day of the week", 0, 7,
                                 std::span(weekday_names).first(7)};  // 0 and 7 are Sunday

constexpr const char* examples =
    "examples: \"daily 02:00\", \"daily 02:00,14:00\", \"weekly mon,thu 02:00\", \"30 2 * * mon-fri\" "
    "(minute hour day month weekday)";

Error refused(std::string message) {
    return make_error(Errc::usage, std::move(message), examples);
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::string_view word : split_list(text, ' '))
        if (!word.empty()) out.push_back(word);
    return out;
}

result<minutes> parse_time(std::string_view text) {
    const bool shaped = text.size() == 5 && text[2] == ':';
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (!shaped || !digit(0) || !digit(1) || !digit(3) || !digit(4))
        return refused("'" + std::string(text) +
                       "' is not a time of day; write hours and minutes with two digits each, as in 02:00");
    const int hour = (text[0] - '0') * 10 + (text[1] - '0'), minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour > 23 || minute > 59)
        return refused("'" + std::string(text) + "' is not a time of day; it takes 00:00 to 23:59");
    return minutes(hour * 60 + minute);
}

result<std::vector<minutes>> parse_times(std::string_view text) {
    std::vector<minutes> out;
    for (const std::string_view part : split_list(text, ',')) {
        const auto time = parse_time(part);
        if (!time) return time.error();
        out.push_back(*time);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::string print_times(const std::vector<minutes>& times) {
    std::string out;
    for (const minutes time : times) {
        const auto two = [](long n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
        out += (out.empty() ? "" : ",") + two(time.count() / 60) + ":" + two(time.count() % 60);
    }
    return out;
}

Calendar every_day() {
    Calendar out;
    out.days_of_month.set();
    out.months.set();
    out.weekdays.set();
    return out;
}

/// 7 is Sunday too.
std::bitset<7> fold_sunday(const std::bitset<64>& days) {
    std::bitset<7> out;
    for (std::size_t day = 0; day <= 7; ++day)
        if (days.test(day)) out.set(day % 7);
    return out;
}

result<Calendar> parse_daily(const std::vector<std::string_view>& parts) {
    if (parts.size() != 2)
        return refused("daily takes one list of times, separated by commas without blanks");
    auto times = parse_times(parts[1]);
    if (!times) return times.error();
    Calendar out = every_day();
    out.times = std::move(*times);
    out.text = "daily " + print_times(out.times);
    return out;
}

result<Calendar> parse_weekly(const std::vector<std::string_view>& parts) {
    if (parts.size() != 3) return refused("weekly takes a list of days and a list of times");
    for (const char c : parts[1])
        if (c == '*' || c == '/' || (c >= '0' && c <= '9'))
            return refused("'" + std::string(parts[1]) +
                           "' is not a list of days; it takes sun, mon, tue, wed, thu, fri, sat");
    auto days = parse_cron_field(parts[1], weekday_rule);
    if (!days) return refused(days.error().message);
    auto times = parse_times(parts[2]);
    if (!times) return times.error();
    Calendar out = every_day();
    out.times = std::move(*times);
    out.weekdays = fold_sunday(*days);
    for (std::size_t day = 1; day <= 7; ++day)
        if (out.weekdays.test(day % 7))
            out.text += (out.text.empty() ? "" : ",") + std::string(weekday_names[day]);
    out.text = "weekly " + out.text + " " + print_times(out.times);
    return out;
}

result<Calendar> parse_cron(const std::vector<std::string_view>& parts) {
    const auto minute = parse_cron_field(parts[0], minute_rule);
    if (!minute) return refused(minute.error().message);
    const auto hour = parse_cron_field(parts[1], hour_rule);
    if (!hour) return refused(hour.error().message);
    const auto day = parse_cron_field(parts[2], day_rule);
    if (!day) return refused(day.error().message);
    const auto month = parse_cron_field(parts[3], month_rule);
    if (!month) return refused(month.error().message);
    const auto weekday = parse_cron_field(parts[4], weekday_rule);
    if (!weekday) return refused(weekday.error().message);

    Calendar out;
    for (int h = 0; h < 24; ++h)
        for (int m = 0; m < 60; ++m)
            if (hour->test(static_cast<std::size_t>(h)) && minute->test(static_cast<std::size_t>(m)))
                out.times.emplace_back(h * 60 + m);
    for (std::size_t d = 1; d <= 31; ++d) out.days_of_month.set(d, day->test(d));
    for (std::size_t m = 1; m <= 12; ++m) out.months.set(m, month->test(m));
    out.weekdays = fold_sunday(*weekday);
    out.either_day_field = !parts[2].starts_with('*') && !parts[4].starts_with('*');
    for (const std::string_view part : parts) out.text += (out.text.empty() ? "" : " ") + std::string(part);
    return out;
}

/// Dates repeat after 400 years, weekdays included.
bool ever_due(const Calendar& calendar) {
    using namespace std::chrono;
    const sys_days start = 2000y / January / 1;
    for (int day = 0; day < 146'097; ++day)
        if (calendar.includes(start + days(day))) return true;
    return false;
}

}  // namespace

bool Calendar::includes(std::chrono::year_month_day day) const {
    if (!months.test(unsigned(day.month()))) return false;
    const bool by_date = days_of_month.test(unsigned(day.day()));
    const bool by_weekday = weekdays.test(std::chrono::weekday(std::chrono::sys_days(day)).c_encoding());
    return either_day_field ? by_date || by_weekday : by_date && by_weekday;
}

result<Calendar> parse_calendar(std::string_view text) {
    std::string plain = ascii_lower(text);
    std::replace(plain.begin(), plain.end(), '\t', ' ');
    const auto parts = words(plain);
    if (plain.size() > 1000) return refused("the calendar is longer than 1000 characters");
    if (parts.empty()) return refused("the calendar is empty");
    result<Calendar> out = refused("");
    if (parts[0] == "daily") {
        out = parse_daily(parts);
    } else if (parts[0] == "weekly") {
        out = parse_weekly(parts);
    } else if (parts.size() == 5) {
        out = parse_cron(parts);
    } else {
        return refused(
            "'" + std::string(truncate_utf8(text, 80)) +
            "' is not a calendar: it starts with daily or weekly, or is a cron line of exactly five fields");
    }
    if (out && !ever_due(*out)) return refused("'" + out->text + "' never comes: no date fits it");
    return out;
}

std::string print_calendar(const Calendar& calendar) {
    return calendar.text;
}

}  // namespace audienced::schedule
