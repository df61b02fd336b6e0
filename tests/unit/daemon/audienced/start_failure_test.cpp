#include "start_failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "support/temp_dir.hpp"
#include "unit/daemon/audienced/notify_socket.hpp"

namespace audienced::unit::daemon_audienced_start_failure_test {

using namespace audienced;
using namespace audienced::daemon;

namespace {

/// What `act` writes to standard error; `as_service`: with the JOURNAL_STREAM of exactly that stream.
template <class Act>
std::string standard_error(bool as_service, Act act) {
    test::TempDir dir;
    const std::string path = dir.write("stderr", "");
    std::fflush(stderr);
    const int kept = ::dup(STDERR_FILENO), file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    REQUIRE(::dup2(file, STDERR_FILENO) >= 0);
    struct stat s {};
    REQUIRE(::fstat(file, &s) == 0);
    const std::string stream = std::to_string(s.st_dev) + ":" + std::to_string(s.st_ino);
    if (as_service) ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
    act();
    ::unsetenv("JOURNAL_STREAM");
    std::fflush(stderr);
    ::dup2(kept, STDERR_FILENO);
    ::close(kept);
    ::close(file);
    return dir.read("stderr");
}

}  // namespace

TEST_CASE("the exit status says whether another start could get further", "[unit][service]") {
    struct Row {
        Errc code;
        int status;
    };
    const auto row =
        GENERATE(Row{Errc::bad_config, 78}, Row{Errc::wrong_state, 78}, Row{Errc::store_corrupt, 65},
                 Row{Errc::store_busy, 75}, Row{Errc::store_full, 74}, Row{Errc::store_failed, 74},
                 Row{Errc::bug, 70}, Row{Errc::usage, 2});
    CHECK(exit_status(make_error(row.code, "x")) == row.status);
}

TEST_CASE("a person who starts it reads why it did not start, in one line", "[unit][service]") {
    const auto error = make_error(Errc::bad_config, "the folder is closed", "chmod 700 FOLDER");
    CHECK(standard_error(false, [&] { CHECK(end_start(error, log::Format::automatic) == 78); }) ==
          "audienced: the folder is closed; chmod 700 FOLDER\n");
    CHECK(standard_error(false, [&] { end_start_of_config("/etc/a.toml", error); }) ==
          "audienced: /etc/a.toml: the folder is closed; chmod 700 FOLDER\n");
    const std::string json = standard_error(false, [&] { end_start(error, log::Format::json); });
    CHECK(json.find("\"event\":\"start_failed\"") != json.npos);
    CHECK(json.find("\"EXIT_STATUS\":\"78\"") != json.npos);
}

TEST_CASE("a service that does not start writes an event of priority error, and its status",
          "[unit][service]") {
    struct stat there {};
    if (::stat("/run/systemd/journal/socket", &there) == 0) return;  // integration.journal has its own
    test::ServiceManager manager;
    const auto error = make_error(Errc::store_busy, "another audienced uses it");
    const std::string said = standard_error(true, [&] { end_start(error, log::Format::text); });
    CHECK(said.starts_with("<3>start_failed: audienced cannot start: another audienced uses it "));
    CHECK(said.find("EXIT_STATUS=75") != said.npos);
    CHECK(manager.heard() == test::Heard{"STATUS=audienced cannot start: another audienced uses it"});
}

}  // namespace audienced::unit::daemon_audienced_start_failure_test
