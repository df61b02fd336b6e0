// A calendar without a time zone never counts in UTC without a word.
#include <catch2/catch.hpp>

#include "desk.hpp"

namespace audienced::unit::daemon_audiencectl_export_zone_test {

using namespace audienced;
using test::Desk;

TEST_CASE("a calendar without a zone takes that of the refresh schedule, else of the machine, and says so",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    const auto zone = [&] {
        return desk.expect(0, {"export", "show", "spring", "--json"}).json()["timezone"];
    };
    const auto edit = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"export", "edit", "spring"});
        return desk.expect(0, words).out;
    };
    CHECK(edit({"--schedule", "daily 03:00"})
              .find("note: the schedule counts in America/New_York, the time zone of this machine; "
                    "--timezone sets another") != std::string::npos);
    CHECK(zone() == "America/New_York");
    // One that it has stays, without a word.
    CHECK(edit({"--schedule", "daily 04:00"}).find("counts in") == std::string::npos);
    CHECK(zone() == "America/New_York");
    edit({"--schedule", "refresh"});
    desk.expect(0, {"schedule", "set", "daily 02:00", "--timezone", "Europe/Berlin"});
    CHECK(edit({"--schedule", "daily 03:00"})
              .find("counts in Europe/Berlin, the time zone of the refresh schedule") != std::string::npos);
    CHECK(zone() == "Europe/Berlin");
    CHECK(edit({"--schedule", "daily 03:00", "--timezone", "Asia/Tokyo"}).find("counts in") ==
          std::string::npos);
    CHECK(zone() == "Asia/Tokyo");

    const auto added =
        desk.expect(0, {"export", "add", "summer", "--connection", "shop", "--destination", "a1b2c3",
                        "--segment", "customers", "--email", "email", "--schedule", "daily 05:00"});
    CHECK(added.out.find("counts in Europe/Berlin") != std::string::npos);
    desk.refused(2, {"export", "edit", "summer", "--schedule", "sometimes"}, "sometimes");
}

}  // namespace audienced::unit::daemon_audiencectl_export_zone_test
