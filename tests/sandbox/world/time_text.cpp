#include <charconv>
#include <cstdio>

#include "world/world.hpp"

namespace audienced::sandbox {

std::string print_time(std::int64_t seconds, std::string_view suffix) {
    using namespace std::chrono;
    // Members of one reply mostly share their second.
    static thread_local std::int64_t last = -1;
    static thread_local std::string text;
    if (seconds != last) {
        const sys_seconds instant{std::chrono::seconds(seconds)};
        const auto day = floor<days>(instant);
        const year_month_day date(day);
        const hh_mm_ss clock(instant - day);
        char buffer[64];
        std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                      int(clock.minutes().count()), int(clock.seconds().count()));
        text = buffer;
        last = seconds;
    }
    std::string out = text;
    out += suffix;
    return out;
}

std::string print_http_date(std::int64_t seconds) {
    using namespace std::chrono;
    static constexpr const char* days_of_week[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const sys_seconds instant{std::chrono::seconds(seconds)};
    const auto day = floor<days>(instant);
    const year_month_day date(day);
    const hh_mm_ss clock(instant - day);
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  days_of_week[weekday(day).c_encoding()], unsigned(date.day()),
                  months[unsigned(date.month()) - 1], int(date.year()), int(clock.hours().count()),
                  int(clock.minutes().count()), int(clock.seconds().count()));
    return buffer;
}

std::optional<double> parse_time(std::string_view text) {
    using namespace std::chrono;
    const auto number = [&](std::size_t at, std::size_t n) -> int {
        int value = -1;
        if (at + n > text.size()) return -1;
        const auto [end, ec] = std::from_chars(text.data() + at, text.data() + at + n, value);
        return ec == std::errc() && end == text.data() + at + n ? value : -1;
    };
    const int y = number(0, 4), m = number(5, 2), d = number(8, 2);
    if (y < 1970 || m < 1 || m > 12 || d < 1 || d > 31) return std::nullopt;
    const year_month_day date{year(y), month(unsigned(m)), day(unsigned(d))};
    double out = double(sys_seconds(sys_days(date)).time_since_epoch().count());
    if (text.size() == 10) return out;
    if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
    const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    if (hour < 0 || minute < 0 || second < 0) return std::nullopt;
    out += hour * 3600 + minute * 60 + second;
    std::size_t at = 19;
    if (at < text.size() && text[at] == '.') {
        double scale = 0.1;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
            out += (text[at] - '0') * scale;
    }
    if (at >= text.size() || text[at] == 'Z') return out;
    // In a query an unescaped + arrives as a blank.
    const int sign = text[at] == '-' ? 1 : text[at] == '+' || text[at] == ' ' ? -1 : 0;
    const int off_hour = number(at + 1, 2);
    const int off_minute =
        at + 4 < text.size() && text[at + 3] == ':' ? number(at + 4, 2) : number(at + 3, 2);
    if (sign == 0 || off_hour < 0 || off_minute < 0) return std::nullopt;
    return out + sign * (off_hour * 3600 + off_minute * 60);
}

}  // namespace audienced::sandbox
