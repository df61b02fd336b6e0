#include "provider/server_clock.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_server_clock_test {

using namespace audienced;
using namespace std::chrono_literals;
using model::to_iso8601;
using provider::next_since;
using provider::ServerClock;

namespace {

http::Response answer_with_date(const char* date) {
    http::Response r;
    r.status = 200;
    if (date) r.headers.push_back({"Date", date});
    return r;
}

const SysTime ours = from_unix(1'772'359'200);  // 2026-03-01T10:00:00Z
const SteadyTime start{};

}  // namespace

TEST_CASE("the Date header is the provider's clock, however far ours is off", "[unit][provider]") {
    for (const SysTime own : {ours, ours + 72h, ours - 72h}) {
        ServerClock clock;
        const auto at = clock.answered(answer_with_date("Sun, 01 Mar 2026 10:07:11 GMT"), own, start);
        CHECK(to_iso8601(at) == "2026-03-01T10:07:11Z");
        CHECK(clock.now(own, start + 60s) == at + 60s);
    }
}

TEST_CASE("without a Date header that can be read the answers before it tell the time, else our clock",
          "[unit][provider]") {
    const char* date = GENERATE(static_cast<const char*>(nullptr), "", "today",
                                "Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 01 Mar 9999 10:00:00 GMT");
    ServerClock clock;
    CHECK(clock.answered(answer_with_date(date), ours, start) == model::provider_time_from_our_clock(ours));
    clock.answered(answer_with_date("Thu, 26 Feb 2026 10:00:00 GMT"), ours, start);
    CHECK(to_iso8601(clock.answered(answer_with_date(date), ours, start + 90s)) == "2026-02-26T10:01:30Z");
}

TEST_CASE("a time that contradicts the answers before it is believed once two answers agree on it",
          "[unit][provider]") {
    ServerClock clock;
    clock.answered(answer_with_date("Sun, 01 Mar 2026 10:00:00 GMT"), ours, start);
    const auto later = [&](const char* date) {
        return to_iso8601(clock.answered(answer_with_date(date), ours, start + 10s));
    };
    CHECK(later("Mon, 02 Mar 2026 09:00:00 GMT") == "2026-03-02T09:00:00Z");  // the computer slept
    CHECK(later("Sun, 01 Mar 2026 10:00:10 GMT") == "2026-03-01T10:00:10Z");
    CHECK(later("Thu, 05 Mar 2026 10:00:00 GMT") == "2026-03-01T10:00:10Z");
    CHECK(later("Thu, 05 Mar 2026 10:00:05 GMT") == "2026-03-05T10:00:05Z");
    // Too early costs reading twice, so it counts at once; but it is not the reference yet.
    CHECK(later("Sun, 01 Feb 2026 10:00:00 GMT") == "2026-02-01T10:00:00Z");
    CHECK(later("Thu, 05 Mar 2026 10:00:05 GMT") == "2026-03-05T10:00:05Z");
}

TEST_CASE("the next pull begins before this one, and after our own last change", "[unit][provider]") {
    const model::ProviderTime began = model::provider_time_from_unix(1'772'359'200);
    CHECK(next_since(began, 180s, std::nullopt) == began - 180s);
    CHECK(next_since(began, 180s, began - 60s) == began - 59s);
    CHECK(next_since(began, 180s, began - 60s + 300ms) == began - 59s);
    CHECK(next_since(began, 180s, began - 600s) == began - 180s);
    // The second in which the pull began may still have changes of others.
    CHECK(next_since(began, 180s, began - 1s) == began - 1s);
    CHECK(next_since(began, 180s, began) == began - 180s);
    CHECK(next_since(began, 180s, began + 5s) == began - 180s);
}

}  // namespace audienced::unit::provider_server_clock_test
