// When a schedule is due, in local time: the CALENDAR of the command line. Pure; zones come in with
// planner.hpp.
#pragma once

#include <bitset>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace audienced::schedule {

/// Days by one rule, times of day by another.
struct Calendar {
    std::vector<std::chrono::minutes> times;  // since local midnight; sorted, distinct, at least one
    std::bitset<32> days_of_month;            // bit 1 ... 31
    std::bitset<13> months;                   // bit 1 ... 12
    std::bitset<7> weekdays;                  // bit 0 is Sunday
    /// cron's rule: when both day fields are restricted, a day that fits either of them is due; else it must
    /// fit both.
    bool either_day_field = false;
    std::string text;  // as print_calendar gives it

    bool includes(std::chrono::year_month_day day) const;
    bool operator==(const Calendar&) const = default;
};

/// Takes `daily 02:00`, `daily 02:00,14:00`, `weekly mon,thu 02:00` and five-field cron lines with lists,
/// ranges, steps and names; case and repeated blanks do not matter. Errc::usage says what is wrong and gives
/// an example; a calendar that no date ever fits (30 February) is refused too.
result<Calendar> parse_calendar(std::string_view);

/// The canonical form; parse_calendar(print_calendar(c)) == c.
std::string print_calendar(const Calendar&);

}  // namespace audienced::schedule
