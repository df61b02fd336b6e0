#include "base/own_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "base/ownership.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::base_own_file_test {

using namespace audienced;

TEST_CASE("what this process may not do is a mistake to be mended, and names owner, mode and user",
          "[unit][base]") {
    test::TempDir dir;
    REQUIRE(::chmod(dir.path().c_str(), 0750) == 0);
    const std::string file = dir.write("lock", "");
    for (const int error : {EACCES, EPERM}) {
        const Error e = own_file_error("open", file, error);
        INFO(e.text());
        CHECK(e.code == Errc::bad_config);
        CHECK(e.message.find("cannot open " + file) == 0);
        // The file is ours: its folder is what closes it.
        CHECK(e.message.find(dir.path().string() + " has owner " + user_name(::geteuid())) !=
              std::string::npos);
        CHECK(e.message.find("mode 0750") != std::string::npos);
        CHECK(e.message.find("runs as the user " + user_name(::geteuid())) != std::string::npos);
        CHECK(e.hint.find("chown -R " + user_name(::geteuid())) != std::string::npos);
    }
    if (::geteuid() != 0) return;
    REQUIRE(::chown(file.c_str(), 4321, 4321) == 0);
    const Error e = own_file_error("open", file, EACCES);
    CHECK(e.message.find(file + " has owner 4321, group 4321") != std::string::npos);
    CHECK(e.hint.find("runuser -u 4321 -- audienced") != std::string::npos);
}

TEST_CASE("a full or a read-only disk is told apart from a disk that fails", "[unit][base]") {
    CHECK(own_file_error("write", "/x/y", ENOSPC).code == Errc::store_full);
    CHECK(own_file_error("write", "/x/y", EDQUOT).code == Errc::store_full);
    CHECK(own_file_error("write", "/x/y", EIO).code == Errc::store_failed);
    const Error e = own_file_error("write", "/x/y", EROFS);
    CHECK(e.code == Errc::bad_config);
    CHECK(e.hint.find("ReadWritePaths=") != std::string::npos);
}

TEST_CASE("a path whose folder cannot even be looked at is told without a command that would not help",
          "[unit][base]") {
    const Error e = own_file_error("open", "/nowhere/at/all", EACCES);
    CHECK(e.code == Errc::bad_config);
    CHECK(e.hint.find("chown") == std::string::npos);
}

}  // namespace audienced::unit::base_own_file_test
