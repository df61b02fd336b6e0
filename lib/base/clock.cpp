#include "base/clock.hpp"

#include <cstdio>

namespace audienced {

std::string to_iso8601(SysTime t) {
    using namespace std::chrono;
    const auto seconds_since = floor<seconds>(t);
    const auto day = floor<days>(seconds_since);
    const year_month_day date{day};
    const hh_mm_ss time{seconds_since - day};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()),
                  unsigned(date.month()), unsigned(date.day()), int(time.hours().count()),
                  int(time.minutes().count()), int(time.seconds().count()));
    return text;
}

std::int64_t to_unix(SysTime t) {
    return std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count();
}

SysTime from_unix(std::int64_t seconds) {
    return SysTime{std::chrono::seconds{seconds}};
}

}  // namespace audienced
