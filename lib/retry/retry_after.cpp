#include "retry/retry_after.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace audienced::retry {
namespace {
using namespace std::chrono;

constexpr std::array<std::string_view, 7> long_days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes pieces off the front; once something does not fit, everything after fails too.
class Cursor {
public:
    explicit Cursor(std::string_view rest) : rest_(rest) {}

    bool literal(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    bool number(std::size_t digits, int& out) {
        if (rest_.size() < digits || !std::all_of(rest_.begin(), rest_.begin() + long(digits), is_digit))
            return false;
        out = 0;
        for (std::size_t i = 0; i < digits; ++i) out = out * 10 + (rest_[i] - '0');
        rest_.remove_prefix(digits);
        return true;
    }
    bool day_name() {
        return std::any_of(long_days.begin(), long_days.end(),
                           [&](auto day) { return literal(day.substr(0, 3)); });
    }
    bool long_day_name() {
        return std::any_of(long_days.begin(), long_days.end(), [&](auto day) { return literal(day); });
    }
    bool month_name(int& out) {
        for (out = 1; out <= 12; ++out)
            if (literal(months[std::size_t(out) - 1])) return true;
        return false;
    }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

struct Parts {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

bool time_of_day(Cursor& c, Parts& p) {
    return c.number(2, p.hour) && c.literal(":") && c.number(2, p.minute) && c.literal(":") &&
           c.number(2, p.second);
}

// Sun, 06 Nov 1994 08:49:37 GMT
bool preferred_form(Cursor c, Parts& p) {
    return c.day_name() && c.literal(", ") && c.number(2, p.day) && c.literal(" ") && c.month_name(p.month) &&
           c.literal(" ") && c.number(4, p.year) && c.literal(" ") && time_of_day(c, p) &&
           c.literal(" GMT") && c.at_end();
}

// Sunday, 06-Nov-94 08:49:37 GMT: a year more than 50 years ahead means the one a century before
bool rfc850_form(Cursor c, Parts& p, int this_year) {
    const bool fits = c.long_day_name() && c.literal(", ") && c.number(2, p.day) && c.literal("-") &&
                      c.month_name(p.month) && c.literal("-") && c.number(2, p.year) && c.literal(" ") &&
                      time_of_day(c, p) && c.literal(" GMT") && c.at_end();
    if (!fits) return false;
    p.year += this_year / 100 * 100;
    if (p.year > this_year + 50) p.year -= 100;
    return true;
}

// Sun Nov  6 08:49:37 1994
bool asctime_form(Cursor c, Parts& p) {
    if (!c.day_name() || !c.literal(" ") || !c.month_name(p.month) || !c.literal(" ")) return false;
    const bool day_fits = c.literal(" ") ? c.number(1, p.day) : c.number(2, p.day);
    return day_fits && c.literal(" ") && time_of_day(c, p) && c.literal(" ") && c.number(4, p.year) &&
           c.at_end();
}

}  // namespace

std::optional<sys_seconds> parse_http_date(std::string_view text, SysTime now) {
    const int this_year = int(year_month_day{floor<days>(now)}.year());
    Parts p;
    const Cursor c(text);
    if (!preferred_form(c, p) && !rfc850_form(c, p, this_year) && !asctime_form(c, p)) return std::nullopt;
    const year_month_day date{year{p.year}, month{unsigned(p.month)}, day{unsigned(p.day)}};
    // A leap second is legal in HTTP dates.
    if (!date.ok() || p.hour > 23 || p.minute > 59 || p.second > 60) return std::nullopt;
    return sys_days{date} + hours{p.hour} + minutes{p.minute} + seconds{p.second};
}

std::optional<seconds> parse_retry_after(std::string_view text, SysTime now) {
    text = trim(text);
    if (text.empty()) return std::nullopt;
    seconds wait{0};
    if (std::all_of(text.begin(), text.end(), is_digit)) {
        int value = 0;
        if (text.size() > 9 || !Cursor(text).number(text.size(), value)) return std::nullopt;
        wait = seconds{value};
    } else {
        const auto when = parse_http_date(text, now);
        if (!when) return std::nullopt;
        wait = *when - floor<seconds>(now);
    }
    return std::clamp(wait, seconds{1}, seconds{3600});
}

}  // namespace audienced::retry
