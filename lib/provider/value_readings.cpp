#include "provider/value_readings.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace audienced::provider {
namespace {

/// Takes `least` to `most` digits off the front.
std::optional<unsigned> take_digits(std::string_view& s, std::size_t least, std::size_t most) noexcept {
    std::size_t n = 0;
    while (n < s.size() && n < most && is_digit(s[n])) ++n;
    if (n < least) return std::nullopt;
    unsigned value = 0;
    std::from_chars(s.data(), s.data() + n, value);
    s.remove_prefix(n);
    return value;
}

bool is_day(const Day& d) noexcept {
    constexpr unsigned days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= days[d.month - 1];
}

bool is_leap(unsigned year) noexcept {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/// "T10:00:00Z", " 10:00:00.000 +01:00": a time of the day, as databases write it.
bool is_time(std::string_view s) noexcept {
    if (s.size() < 6 || (s[0] != 'T' && s[0] != 't' && s[0] != ' ')) return false;
    if (!is_digit(s[1]) || s.find(':') == s.npos) return false;
    return s.substr(1).find_first_not_of("0123456789:.+- ZzAaPpMmUTC") == s.npos;
}

/// Year first; any year.
std::optional<Day> read_dated(std::string_view s) noexcept {
    s = trim(s);
    const auto year = take_digits(s, 4, 4);
    if (!year || s.empty() || (s[0] != '-' && s[0] != '/')) return std::nullopt;
    const char separator = s[0];
    s.remove_prefix(1);
    const auto month = take_digits(s, 1, 2);
    if (!month || s.empty() || s[0] != separator) return std::nullopt;
    s.remove_prefix(1);
    const auto day = take_digits(s, 1, 2);
    if (!day || (!s.empty() && !is_time(s))) return std::nullopt;
    const Day out{*year, *month, *day};
    if (!is_day(out)) return std::nullopt;
    return out;
}

void put(char* at, unsigned value, std::size_t digits) noexcept {
    for (std::size_t i = digits; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

constexpr std::size_t digits_kept = 15;  // before the point: what a double holds exactly
constexpr std::size_t most_decimals = 25;

/// Copies the digits of groups "1,234,567"; nothing if they are no such groups.
std::optional<std::size_t> ungroup(std::string_view s, char separator, char* out, std::size_t room) noexcept {
    std::size_t n = 0;
    for (bool first = true;; first = false) {
        const auto end = std::min(s.find(separator), s.size());
        const std::string_view group = s.substr(0, end);
        const bool fits = first ? !group.empty() && group.size() <= 3 : group.size() == 3;
        if (!fits || !std::all_of(group.begin(), group.end(), is_digit)) return std::nullopt;
        if (n + group.size() > room) return std::nullopt;
        n = static_cast<std::size_t>(std::copy(group.begin(), group.end(), out + n) - out);
        if (end == s.size()) return n;
        s.remove_prefix(end + 1);
    }
}

bool all_digits(std::string_view s) noexcept {
    return std::all_of(s.begin(), s.end(), is_digit);
}

}  // namespace

std::array<char, 10> Day::iso() const noexcept {
    std::array<char, 10> out{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0'};
    put(out.data(), year, 4);
    put(out.data() + 5, month, 2);
    put(out.data() + 8, day, 2);
    return out;
}

std::array<char, 5> Day::birthday() const noexcept {
    std::array<char, 5> out{'0', '0', '/', '0', '0'};
    put(out.data(), month, 2);
    put(out.data() + 3, day, 2);
    return out;
}

std::optional<Day> read_day(std::string_view text) noexcept {
    const auto day = read_dated(text);
    if (!day || day->year < 1000) return std::nullopt;
    if (day->month == 2 && day->day == 29 && !is_leap(day->year)) return std::nullopt;
    return day;
}

std::optional<Day> read_birthday(std::string_view text) noexcept {
    text = trim(text);
    if (!text.starts_with("--")) {
        const auto day = read_dated(text);
        // A year that is not known is often written 0000; any other has the days that it has.
        if (day && day->year != 0 && day->month == 2 && day->day == 29 && !is_leap(day->year))
            return std::nullopt;
        return day;
    }
    text.remove_prefix(2);
    const auto month = take_digits(text, 2, 2);
    if (!month || !text.starts_with('-')) return std::nullopt;
    text.remove_prefix(1);
    const auto day = take_digits(text, 2, 2);
    const Day out{0, *month, day.value_or(0)};
    if (!text.empty() || !is_day(out)) return std::nullopt;
    return out;
}

std::string_view Decimal::text_with(std::size_t decimals) const noexcept {
    if (point_ == size_ || decimals >= size_ - point_ - 1) return text();
    return {text_.data(), decimals == 0 ? point_ : point_ + 1 + decimals};
}

/// Whole digits, decimals and exponent -> plain decimal.
struct DecimalReader {
    Decimal& out;
    std::array<char, 64> digits{};
    std::size_t count = 0, whole = 0;  // digits, and how many of them stand before the point

    bool add(std::string_view s) noexcept {
        if (!all_digits(s) || count + s.size() > digits.size()) return false;
        std::copy(s.begin(), s.end(), digits.data() + count);
        count += s.size();
        return true;
    }

    NumberProblem split(std::string_view s) noexcept;
    NumberProblem write(bool negative, int exponent) noexcept;
};

NumberProblem DecimalReader::split(std::string_view s) noexcept {
    const auto commas = std::count(s.begin(), s.end(), ','), points = std::count(s.begin(), s.end(), '.');
    const auto comma = s.rfind(','), point = s.rfind('.');
    if (s.size() > digits.size()) return NumberProblem::too_large;
    if (commas == 1 && points == 0)
        return all_digits(s.substr(0, comma)) && all_digits(s.substr(comma + 1)) && s.size() > 1
                   ? NumberProblem::two_readings
                   : NumberProblem::not_a_number;
    char grouped = 0;
    std::size_t decimal = s.npos;
    if (commas > 1 && points == 0) grouped = ',';
    if (points > 1 && commas == 0) grouped = '.';
    if (points == 1) decimal = point;
    if (commas >= 1 && points == 1 && comma < point) grouped = ',';
    if (commas == 1 && points >= 1 && point < comma) grouped = '.', decimal = comma;
    if (commas >= 1 && points >= 1 && grouped == 0) return NumberProblem::not_a_number;
    const std::string_view before = s.substr(0, std::min(decimal, s.size()));
    const std::string_view behind = decimal == s.npos ? std::string_view() : s.substr(decimal + 1);
    if (before.empty() && behind.empty()) return NumberProblem::not_a_number;
    if (grouped != 0) {
        const auto copied = ungroup(before, grouped, digits.data(), digits.size());
        if (!copied) return NumberProblem::not_a_number;
        count = *copied;
    } else if (!add(before)) {
        return NumberProblem::not_a_number;
    }
    whole = count;
    return add(behind) ? NumberProblem::none : NumberProblem::not_a_number;
}

NumberProblem DecimalReader::write(bool negative, int exponent) noexcept {
    const std::size_t zeros = static_cast<std::size_t>(
        std::find_if(digits.data(), digits.data() + count, [](char c) { return c != '0'; }) - digits.data());
    const int point = static_cast<int>(whole) + exponent;  // digits before the point
    const int first = static_cast<int>(zeros);
    const bool is_zero = zeros == count;
    if (!is_zero && point - first > static_cast<int>(digits_kept)) return NumberProblem::too_large;
    const int behind = std::max(static_cast<int>(count) - point, 0);
    if (!is_zero && behind > static_cast<int>(most_decimals)) return NumberProblem::too_large;
    char* at = out.text_.data();
    if (negative && !is_zero) *at++ = '-';
    const auto digit = [&](int i) {
        return i >= 0 && i < static_cast<int>(count) ? digits[static_cast<std::size_t>(i)] : '0';
    };
    for (int i = is_zero ? point : first; i < point; ++i) *at++ = digit(i);
    if (is_zero || point <= first) *at++ = '0';
    out.point_ = static_cast<std::size_t>(at - out.text_.data());
    out.decimals_ = 0;
    const int written = is_zero ? 0 : behind;
    if (written > 0) *at++ = '.';
    for (int i = 0; i < written; ++i) {
        *at++ = digit(point + i);
        if (at[-1] != '0') out.decimals_ = static_cast<std::size_t>(i) + 1;
    }
    out.size_ = static_cast<std::size_t>(at - out.text_.data());
    return NumberProblem::none;
}

NumberProblem read_number(std::string_view text, Decimal& out) noexcept {
    text = trim(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    int exponent = 0;
    DecimalReader reader{out};
    if (const auto e = text.find_first_of("eE"); e != text.npos) {
        std::string_view power = text.substr(e + 1);
        text = text.substr(0, e);
        if (power.starts_with('+')) power.remove_prefix(1);
        const auto [end, bad] = std::from_chars(power.data(), power.data() + power.size(), exponent);
        if (power.empty() || end != power.data() + power.size() || text.find(',') != text.npos)
            return NumberProblem::not_a_number;
        if (const auto problem = reader.split(text); problem != NumberProblem::none) return problem;
        if (bad != std::errc{} || exponent > 400 || exponent < -400) return NumberProblem::too_large;
        return reader.write(negative, exponent);
    }
    if (const auto problem = reader.split(text); problem != NumberProblem::none) return problem;
    return reader.write(negative, exponent);
}

std::optional<bool> read_boolean(std::string_view text) noexcept {
    text = trim(text);
    for (const std::string_view yes : {"true", "t", "yes", "y", "on", "1"})
        if (iequals(text, yes)) return true;
    for (const std::string_view no : {"false", "f", "no", "n", "off", "0"})
        if (iequals(text, no)) return false;
    return std::nullopt;
}

const std::string* find_choice(const std::vector<std::string>& choices, std::string_view text) noexcept {
    for (const std::string& choice : choices)
        if (choice == text) return &choice;
    const std::string_view bare = trim(text);
    const std::string* found = nullptr;
    for (const std::string& choice : choices) {
        if (!iequals(trim(choice), bare)) continue;
        if (trim(choice) == bare) return &choice;
        if (found) return nullptr;
        found = &choice;
    }
    return found;
}

std::optional<std::array<char, 12>> read_us_phone(std::string_view text) noexcept {
    text = trim(text);
    const bool international = text.starts_with('+');
    if (international) text.remove_prefix(1);
    std::array<char, 11> digits{};
    std::size_t n = 0;
    for (const char c : text) {
        if (is_digit(c)) {
            if (n == digits.size()) return std::nullopt;
            digits[n++] = c;
        } else if (std::string_view(" -.()/").find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    const bool with_code = n == 11 && digits[0] == '1';
    if (!with_code && (n != 10 || international)) return std::nullopt;
    const char* const d = digits.data() + (with_code ? 1 : 0);
    // Neither an area code nor an exchange begins with 0 or 1.
    if (d[0] < '2' || d[3] < '2') return std::nullopt;
    return std::array<char, 12>{d[0], d[1], d[2], '-', d[3], d[4], d[5], '-', d[6], d[7], d[8], d[9]};
}

}  // namespace audienced::provider
