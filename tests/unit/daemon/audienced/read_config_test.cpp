#include "read_config.hpp"

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

namespace audienced::unit::daemon_audienced_read_config_test {

using namespace audienced;

TEST_CASE("a configuration that cannot be read is not taken for an empty one", "[unit][service]") {
    const test::TempDir dir;
    const std::string file = dir.write("audienced.toml", "[log]\nlevel = \"debug\"\n");
    CHECK(daemon::read_config(file, false)->log.level == "debug");
    CHECK(daemon::read_config(dir / "none", false)->log.level == "info");
    CHECK(daemon::read_config(dir / "none", true).error().text().find("--config") != std::string::npos);
    // Root may open closed files, so the test takes what no user can read.
    for (const std::string& closed : {file + "/below", dir.path().string()}) {
        INFO(closed);
        const auto read = daemon::read_config(closed, false);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == Errc::bad_config);
        CHECK(read.error().message.starts_with("cannot be read: "));
    }
}

}  // namespace audienced::unit::daemon_audienced_read_config_test
