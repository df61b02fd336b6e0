#include "local_time.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_local_time_test {

using namespace audienced;
using namespace audienced::ctl;
using nlohmann::json;

namespace {

/// The person's zone, for one test.
struct PersonIn {
    explicit PersonIn(const char* zone) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", zone, 1);
    }
    ~PersonIn() {
        if (before_.empty())
            ::unsetenv("TZ");
        else
            ::setenv("TZ", before_.c_str(), 1);
    }
    std::string before_;
};

}  // namespace

TEST_CASE("an instant is shown in the zone of its schedule, whatever the person's is", "[unit][ctl]") {
    const PersonIn person("America/New_York");
    const json winter{{"at", "2026-12-01T02:00:05Z"}, {"zone", "Europe/Berlin"}};
    CHECK(when(winter, "at") == "2026-12-01 03:00 CET");
    CHECK(when(winter, "at", true) == "2026-12-01 03:00:05 CET");
    const json summer{{"at", "2026-07-01T01:00:00Z"}, {"zone", "Europe/Berlin"}};
    CHECK(when(summer, "at") == "2026-07-01 03:00 CEST");
    CHECK(when(winter, "missing") == "-");
}

TEST_CASE("without a schedule it is the person's zone, and so where a zone is not known", "[unit][ctl]") {
    const PersonIn person("America/New_York");
    json one{{"at", "2026-12-01T02:00:00Z"}};
    CHECK(when(one, "at") == "2026-11-30 21:00 EST");
    one["zone"] = nullptr;
    CHECK(when(one, "at") == "2026-11-30 21:00 EST");
    one["zone"] = "Nowhere/At_All";
    CHECK(when(one, "at") == "2026-11-30 21:00 EST");
    const PersonIn moved("UTC");
    CHECK(when(one, "at") == "2026-12-01 02:00 UTC");
}

TEST_CASE("only instants are instants", "[unit][ctl]") {
    CHECK(parse_utc("2026-12-01T02:00:00Z") == from_unix(1'796'090'400));
    for (const char* text : {"", "2026-12-01", "2026-12-01T02:00:00", "2026-12-01T02:00:00Zx", "soon"})
        CHECK_FALSE(parse_utc(text));
}

TEST_CASE("instants in the daemon's sentences are shown in local time too", "[unit][ctl]") {
    const json berlin{{"zone", "Europe/Berlin"}};
    CHECK(
        with_local_times("tried again at 2026-12-01T02:05:00Z, unless its next start comes first", berlin) ==
        "tried again at 2026-12-01 03:05 CET, unless its next start comes first");
    CHECK(with_local_times("2026-12-01T02:05:00Z2026-07-01T01:00:00Z", berlin) ==
          "2026-12-01 03:05 CET2026-07-01 03:00 CEST");
    CHECK(with_local_times("no instant: 2026-12-01", berlin) == "no instant: 2026-12-01");
}

TEST_CASE("what lies between two instants is said in words", "[unit][ctl]") {
    const json run{{"from", "2026-12-01T02:00:00Z"}, {"to", "2026-12-01T03:02:08Z"}};
    CHECK(time_between(run, "from", "to") == "1 h 2 min");
    CHECK(time_between(run, "from", "never").empty());
}

}  // namespace audienced::unit::daemon_audiencectl_local_time_test
