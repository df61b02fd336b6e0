#include "provider/server_clock.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_server_clock_test {

using namespace audienced;
using provider::provider_time_from_header;

namespace {

http::Response answer_with_date(const char* date) {
    http::Response r;
    r.status = 200;
    if (date) r.headers.push_back({"Date", date});
    return r;
}

const SysTime ours = from_unix(1'772'359'200);  // 2026-03-01T10:00:00Z

}  // namespace

TEST_CASE("the Date header is the provider's clock, however far off within a day", "[unit][provider]") {
    using model::to_iso8601;
    CHECK(to_iso8601(provider_time_from_header(answer_with_date("Sun, 01 Mar 2026 10:07:11 GMT"), ours)) ==
          "2026-03-01T10:07:11Z");
    CHECK(to_iso8601(provider_time_from_header(answer_with_date("Sat, 28 Feb 2026 10:00:00 GMT"), ours)) ==
          "2026-02-28T10:00:00Z");
}

TEST_CASE("without a Date header that can be believed our clock stands in", "[unit][provider]") {
    const char* date =
        GENERATE(static_cast<const char*>(nullptr), "", "today", "Mon, 02 Mar 2026 10:00:01 GMT",
                 "Sat, 28 Feb 2026 09:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(provider_time_from_header(answer_with_date(date), ours) ==
          model::provider_time_from_our_clock(ours));
}

}  // namespace audienced::unit::provider_server_clock_test
