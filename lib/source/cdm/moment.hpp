#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace audienced::source::cdm {

struct Moment {
    int year = 0, month = 0, day = 0;
    int hour = 0, minute = 0, second = 0;
    bool has_time = false;
    bool valid() const;
    std::string iso(bool date_only) const;  // "2026-02-28", "2026-02-28T12:00:00Z"
};

enum class Order { month_day_year, day_month_year, year_month_day, unknown };

/// How a culture ("de-DE", "en-US"; empty is en-US) writes numeric dates.
Order order_of(std::string_view culture);
/// Does a culture write 1,5 for one and a half?
bool has_decimal_comma(std::string_view culture);
/// "8/24/2021", "24.08.2021 14:33", "8/24/2021 2:33:00 PM", "2021-08-24 14:33:00.000".
std::optional<Moment> parse_numeric(std::string_view text, Order order);
/// A Java pattern: y M (MMM: English) d H h m s S a, 'literals', and what else stands there itself.
std::optional<Moment> parse_pattern(std::string_view text, std::string_view pattern);

}  // namespace audienced::source::cdm
