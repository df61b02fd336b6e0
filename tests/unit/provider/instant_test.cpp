#include "provider/instant.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_instant_test {

using namespace audienced;
using provider::parse_instant;

TEST_CASE("instants are read in every form that providers use", "[unit][provider]") {
    for (const char* text :
         {"2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000Z", "2026-03-01T05:00:00-05:00",
          "2026-03-01T05:00:00-0500", "2026-03-01T10:30:00+00:30", "2026-03-01 10:00:00Z"}) {
        CAPTURE(text);
        REQUIRE(parse_instant(text));
        CHECK(*parse_instant(text) == model::provider_time_from_unix(1'772'359'200));
    }
    CHECK(*parse_instant("2026-03-01T10:00:00.1089Z") ==
          model::provider_time_from_unix(1'772'359'200) + std::chrono::milliseconds{108});
    for (const char* text : {"", "today", "2026-03-01", "2026-03-01T10:00:00", "2026-02-30T10:00:00Z",
                             "2026-03-01T24:00:00Z", "2026-03-01T10:00:00.Z", "2026-03-01T10:00:00Zx",
                             "2026-03-01T10:00:00+99:00", "9999-03-01T10:00:00Z", "1771236000"}) {
        CAPTURE(text);
        CHECK(!parse_instant(text));
    }
}

}  // namespace audienced::unit::provider_instant_test
