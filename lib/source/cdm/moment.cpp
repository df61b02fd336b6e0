#include "source/cdm/moment.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/text.hpp"

namespace audienced::source::cdm {
namespace {

/// Up to `most` digits from the front of s; -1 if there is none.
int take_number(std::string_view& s, std::size_t most) {
    int value = 0;
    std::size_t n = 0;
    for (; n < s.size() && n < most && is_digit(s[n]); ++n) value = value * 10 + (s[n] - '0');
    s.remove_prefix(n);
    return n == 0 ? -1 : value;
}

bool take(std::string_view& s, char c) {
    if (s.empty() || s[0] != c) return false;
    s.remove_prefix(1);
    return true;
}

/// 0 = AM, 1 = PM, -1 = neither.
int take_half(std::string_view& s) {
    const std::string half = ascii_lower(s.substr(0, 2));
    if (half != "am" && half != "pm") return -1;
    s.remove_prefix(2);
    return half == "pm" ? 1 : 0;
}

bool to_24(int& hour, int half) {
    if (half < 0) return true;
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (half == 1 ? 12 : 0);
    return true;
}

bool take_time(std::string_view& s, Moment& m) {
    m.has_time = true;
    m.hour = take_number(s, 2);
    if (m.hour < 0 || !take(s, ':')) return false;
    m.minute = take_number(s, 2);
    if (m.minute < 0) return false;
    if (take(s, ':')) m.second = take_number(s, 2);
    if (m.second < 0) return false;
    if (take(s, '.') && take_number(s, 9) < 0) return false;
    take(s, ' ');
    return to_24(m.hour, take_half(s));
}

int month_named(std::string_view name) {
    constexpr std::array names{"jan", "feb", "mar", "apr", "may", "jun",
                               "jul", "aug", "sep", "oct", "nov", "dec"};
    const std::string lower = ascii_lower(name);
    const auto it = std::find(names.begin(), names.end(), lower);
    return it == names.end() ? -1 : static_cast<int>(it - names.begin()) + 1;
}

}  // namespace

bool Moment::valid() const {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    return year >= 1 && year <= 9999 && month >= 1 && day >= 1 && date.ok() && hour >= 0 && hour < 24 &&
           minute >= 0 && minute < 60 && second >= 0 && second < 61;
}

std::string Moment::iso(bool date_only) const {
    char out[96];
    if (date_only || !has_time)
        std::snprintf(out, sizeof out, "%04d-%02d-%02d", year, month, day);
    else
        std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, hour, minute,
                      second);
    return out;
}

std::optional<Moment> parse_numeric(std::string_view s, Order order) {
    if (order == Order::unknown) order = Order::year_month_day;
    s = trim(s);
    int number[3];
    char parter = 0;
    std::size_t digits[3];
    for (int i = 0; i < 3; ++i) {
        const std::size_t before = s.size();
        number[i] = take_number(s, 4);
        digits[i] = before - s.size();
        if (number[i] < 0) return std::nullopt;
        if (i == 2) break;
        if (s.empty() || (s[0] != '/' && s[0] != '.' && s[0] != '-') || (parter && s[0] != parter))
            return std::nullopt;
        parter = s[0];
        s.remove_prefix(1);
    }
    // A leading year of four digits determines the order.
    if (digits[0] == 4) order = Order::year_month_day;
    Moment m;
    std::size_t year_digits = digits[2];
    switch (order) {
        case Order::month_day_year:
            m.month = number[0], m.day = number[1], m.year = number[2];
            break;
        case Order::day_month_year:
            m.day = number[0], m.month = number[1], m.year = number[2];
            break;
        default:
            m.year = number[0], m.month = number[1], m.day = number[2], year_digits = digits[0];
    }
    if (year_digits != 4) return std::nullopt;  // 05/06/07 is ambiguous
    if (!s.empty()) {
        if (!take(s, ' ') && !take(s, 'T')) return std::nullopt;
        if (!take_time(s, m)) return std::nullopt;
        take(s, 'Z');
    }
    if (!s.empty() || !m.valid()) return std::nullopt;
    return m;
}

std::optional<Moment> parse_pattern(std::string_view s, std::string_view p) {
    Moment m;
    int half = -1;
    bool twelve = false;
    s = trim(s);
    while (!p.empty()) {
        const char c = p[0];
        if (c == '\'') {
            const auto end = p.find('\'', 1);
            if (end == p.npos) return std::nullopt;
            const std::string_view literal = end == 1 ? "'" : p.substr(1, end - 1);
            if (!s.starts_with(literal)) return std::nullopt;
            s.remove_prefix(literal.size());
            p.remove_prefix(end + 1);
            continue;
        }
        const std::size_t n = std::min(p.find_first_not_of(c), p.size());
        p.remove_prefix(n);
        int value = 0;
        if (c == 'M' && n == 3) {
            value = m.month = month_named(s.substr(0, 3));
            s.remove_prefix(std::min<std::size_t>(3, s.size()));
        } else if (c == 'a') {
            value = half = take_half(s);
        } else if (std::string_view("yuMdHhmsS").find(c) != std::string_view::npos) {
            // A letter that stands alone takes what is there; several take just so many digits.
            value = take_number(s, n == 1 ? (c == 'y' || c == 'u' ? 4 : c == 'S' ? 9 : 2) : n);
            switch (c) {
                case 'y':
                case 'u':
                    m.year = n == 2 && value >= 0 ? 2000 + value : value;
                    break;
                case 'M':
                    m.month = value;
                    break;
                case 'd':
                    m.day = value;
                    break;
                case 'h':
                    twelve = true;
                    [[fallthrough]];
                case 'H':
                    m.hour = value, m.has_time = true;
                    break;
                case 'm':
                    m.minute = value;
                    break;
                case 's':
                    m.second = value;
                    break;
                default:
                    break;
            }
        } else {
            for (std::size_t i = 0; i < n; ++i)
                if (!take(s, c)) return std::nullopt;
        }
        if (value < 0) return std::nullopt;
    }
    if (!s.empty() || (twelve && !to_24(m.hour, half)) || !m.valid()) return std::nullopt;
    return m;
}

}  // namespace audienced::source::cdm
