#include "config_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/ordinary_user.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::config_file_test {

using namespace audienced;
using Catch::Contains;

TEST_CASE("a configuration may be missing where one is looked for, and not where one was named",
          "[unit][daemon]") {
    test::TempDir dir;
    const std::string path = (dir / "audienced.toml").string();
    CHECK(daemon::read_config({path, true}).value().drain_timeout == config::Config{}.drain_timeout);
    const auto named = daemon::read_config({path, false});
    REQUIRE(!named);
    CHECK(named.error().code == Errc::bad_config);
    CHECK_THAT(named.error().text(), Contains("has no audienced.toml"));
}

TEST_CASE("a configuration that is closed is not taken for one that is missing", "[unit][daemon]") {
    test::TempDir dir;
    ::chmod(dir.path().c_str(), 0755);
    const std::string path = dir.write("audienced.toml", "drain_timeout = \"5s\"\n");
    CHECK(daemon::read_config({path, true}).value().drain_timeout == std::chrono::seconds(5));
    ::chmod(path.c_str(), 0600);
    std::filesystem::create_directory(dir / "folder");
    const bool may_be_missing = GENERATE(true, false);
    CHECK_FALSE(daemon::read_config({(dir / "folder").string(), may_be_missing}));
    const test::OrdinaryUser user;
    const auto closed = daemon::read_config({path, may_be_missing});
    REQUIRE(!closed);
    CHECK(closed.error().code == Errc::bad_config);
    CHECK_THAT(closed.error().text(), Contains("it cannot be read") &&
                                          Contains("may not read the file " + path) && Contains("mode 0600"));
}

TEST_CASE("what stands in a configuration is read, or refused with its line", "[unit][daemon]") {
    test::TempDir dir;
    const auto wrong = daemon::read_config({dir.write("audienced.toml", "colour = 1\n"), false});
    REQUIRE(!wrong);
    CHECK_THAT(wrong.error().text(), Contains("colour"));
}

}  // namespace audienced::unit::config_file_test
