// What a text of a source means, where one reading of it is certain. Shared by the providers' value rules.
// Pure; allocates nothing.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::provider {

/// A day of the calendar.
struct Day {
    unsigned year = 0, month = 0, day = 0;
    std::array<char, 10> iso() const noexcept;      // 2024-01-31
    std::array<char, 5> birthday() const noexcept;  // 01/31
};
/// A date that begins with its year, 2024-01-31 or 2024/1/31, with or without a time behind it. Nothing for
/// other orders, which have two readings, for days that do not exist, and for years before 1000, which mean
/// "no date".
std::optional<Day> read_day(std::string_view text) noexcept;
/// The month and day of such a date, whatever its year, and of --01-31.
std::optional<Day> read_birthday(std::string_view text) noexcept;

/// A number in plain decimal: "-1234.50".
class Decimal {
public:
    std::string_view text() const noexcept { return {text_.data(), size_}; }
    bool negative() const noexcept { return text_[0] == '-'; }
    /// Digits behind the point, without zeros at the end.
    std::size_t decimals() const noexcept { return decimals_; }
    /// Without the zeros behind the last of `decimals` digits, and without the point if there are none.
    std::string_view text_with(std::size_t decimals) const noexcept;

private:
    friend struct DecimalReader;
    std::array<char, 48> text_{};
    std::size_t size_ = 0, point_ = 0, decimals_ = 0;
};
enum class NumberProblem {
    none,
    not_a_number,
    two_readings,  // 1,5 and 1,234: a decimal comma, or thousands?
    too_large,     // more digits before the point than a provider's number keeps, or too many behind it
};
/// Takes 12, -0.5, 1e3, 007, .5; thousands that leave no doubt: 1,234.50 and 1.234,50, 1,234,567.
NumberProblem read_number(std::string_view text, Decimal& out) noexcept;

/// true, t, yes, y, on, 1 and their opposites, in any case.
std::optional<bool> read_boolean(std::string_view text) noexcept;

/// The choice that this is: the same text, or else the only one that differs by white space at the ends or
/// the case of ASCII letters.
const std::string* find_choice(const std::vector<std::string>& choices, std::string_view text) noexcept;

/// 404-555-1212 of a number of the North American plan, written in any of the usual ways, with or without its
/// country code 1.
std::optional<std::array<char, 12>> read_us_phone(std::string_view text) noexcept;

}  // namespace audienced::provider
