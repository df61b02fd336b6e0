#include "notify/ways/run_command.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

namespace audienced::unit::notify_run_command_test {

using namespace audienced;
using namespace audienced::notify;
using namespace std::chrono_literals;

namespace {

std::string script(const test::TempDir& dir, const std::string& name, const std::string& body) {
    const std::string path = dir.write(name, "#!/bin/sh\n" + body + "\n");
    ::chmod(path.c_str(), 0700);
    return path;
}

}  // namespace

TEST_CASE("a command gets its input, a small environment and no descriptor of ours", "[unit][notify]") {
    test::TempDir dir;
    const std::string out = (dir / "out").string();
    ::setenv("AUDIENCED_TEST_LEAK", "1", 1);
    const std::string path =
        script(dir, "hook",
               "cat > " + out + "\nenv >> " + out + "\nls /proc/self/fd | tr '\\n' ' ' >> " + out +
                   "\necho \"arg=$1\" >> " + out);
    REQUIRE(run_command({path, "a b"}, "hello\n", 20s).has_value());
    const std::string seen = dir.read("out");
    CHECK(seen.starts_with("hello\n"));
    CHECK(seen.find("AUDIENCED_TEST_LEAK") == std::string::npos);
    CHECK(seen.find("PATH=/usr/local/bin") != std::string::npos);
    CHECK(seen.find("0 1 2 3 ") != std::string::npos);  // 3 is ls's own
    CHECK(seen.find("4 ") == std::string::npos);
    CHECK(seen.find("arg=a b") != std::string::npos);
}

TEST_CASE("a command that cannot start, fails, ignores its input or hangs is an error or none, never a wait",
          "[unit][notify]") {
    test::TempDir dir;
    CHECK(run_command({"/nowhere/tell"}, "x", 20s).error().code == Errc::bad_config);
    CHECK(run_command({script(dir, "a", "exit 3")}, "x", 20s).error().message == "it ended with exit code 3");
    CHECK(run_command({script(dir, "b", "kill -9 $$")}, "x", 20s).error().message ==
          "it was ended by signal 9");
    CHECK(run_command({"/bin/true"}, std::string(60'000, 'x'), 20s).has_value());
    CHECK(run_command({"/bin/true"}, std::string(60'001, 'x'), 20s).error().code == Errc::too_large);
    CHECK(run_command({script(dir, "c", "sleep 1000 & sleep 1000")}, "x", 50ms).error().code ==
          Errc::timeout);
}

}  // namespace audienced::unit::notify_run_command_test
