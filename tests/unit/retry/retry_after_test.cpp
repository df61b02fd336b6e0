#include "retry/retry_after.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::retry_retry_after_test {

using namespace audienced;
using std::chrono::seconds;

namespace {
// 2026-03-01T10:00:00Z, and a bit, as real clocks have
const SysTime now = from_unix(1772359200) + std::chrono::milliseconds{250};
}  // namespace

TEST_CASE("Retry-After in seconds is brought between a second and an hour", "[unit][retry]") {
    auto [text, expected] = GENERATE(table<const char*, int>({{"0", 1},
                                                              {"1", 1},
                                                              {"120", 120},
                                                              {"  120 ", 120},
                                                              {"007", 7},
                                                              {"3600", 3600},
                                                              {"3601", 3600},
                                                              {"999999999", 3600}}));
    CAPTURE(text);
    CHECK(retry::parse_retry_after(text, now) == seconds{expected});
}

TEST_CASE("Retry-After reads the three forms of an HTTP date", "[unit][retry]") {
    auto [text, expected] = GENERATE(table<const char*, int>({{"Sun, 01 Mar 2026 10:00:30 GMT", 30},
                                                              {"Sunday, 01-Mar-26 10:00:30 GMT", 30},
                                                              {"Sun Mar  1 10:00:30 2026", 30},
                                                              {"Sun Mar 01 10:10:00 2026", 600},
                                                              {"Sun, 01 Mar 2026 10:00:60 GMT", 60},
                                                              {"Sun, 01 Mar 2026 12:00:00 GMT", 3600},
                                                              {"Sun, 06 Nov 1994 08:49:37 GMT", 1},
                                                              {"Sunday, 06-Nov-94 08:49:37 GMT", 1},
                                                              {"Wednesday, 01-Jan-76 00:00:00 GMT", 3600},
                                                              {"Saturday, 01-Jan-77 00:00:00 GMT", 1},
                                                              {"Sun Nov  6 08:49:37 1994", 1}}));
    CAPTURE(text);
    CHECK(retry::parse_retry_after(text, now) == seconds{expected});
}

TEST_CASE("Retry-After refuses what is neither seconds nor a date", "[unit][retry]") {
    auto text =
        GENERATE("", " ", "-1", "+5", "1e3", "1.5", "0x10", "12345678901234567890", "1234567890", "10 s",
                 "soon", "Sun, 31 Feb 2026 10:00:00 GMT", "Sun, 01 Mar 2026 24:00:00 GMT",
                 "Sun, 01 Mar 2026 10:60:00 GMT", "Sun, 01 Mar 2026 10:00:30", "Sun, 1 Mar 2026 10:00:30 GMT",
                 "Xxx, 01 Mar 2026 10:00:30 GMT", "Sun, 01 Mrz 2026 10:00:30 GMT",
                 "Sun, 01 Mar 2026 10:00:30 GMT and more", "Sun, 01 Mar 2026 10:00:30 CET");
    CAPTURE(text);
    CHECK_FALSE(retry::parse_retry_after(text, now).has_value());
}

}  // namespace audienced::unit::retry_retry_after_test
