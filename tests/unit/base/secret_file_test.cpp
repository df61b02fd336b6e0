#include "base/secret_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::base_secret_file_test {

using namespace audienced;

namespace {
Error refused(const std::string& path) {
    auto read = read_secret_file(path, SecretShape::password);
    REQUIRE(!read);
    INFO(read.error().text());
    CHECK(read.error().code == Errc::bad_config);
    CHECK(read.error().message.find(path) != std::string::npos);
    CHECK(read.error().text().find("hush") == std::string::npos);
    return read.error();
}
}  // namespace

TEST_CASE("a secret that others can read is refused as ssh refuses a key, with the command", "[unit][base]") {
    test::TempDir dir;
    const std::string path = dir.write("proxy", "user:hush \r\n\r\n");
    for (const mode_t mode : {0604, 0644, 0660, 0602}) {
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        CHECK(refused(path).hint == "chmod g-w,o= " + path);
    }
    for (const mode_t mode : {0400, 0600, 0640}) {  // its group may read it: root:audienced
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        CHECK(read_secret_file(path, SecretShape::password).value() == "user:hush ");
    }
}

TEST_CASE("a file that is not there, is none, or is closed says so", "[unit][base]") {
    test::TempDir dir;
    CHECK(refused((dir / "missing").string()).message.find("has no missing") != std::string::npos);
    CHECK(refused(dir.path().string()).message.find("not a regular file") != std::string::npos);
    CHECK(refused(dir.write("empty", "")).message.find("empty") != std::string::npos);
    if (::geteuid() != 0) return;
    const std::string path = dir.write("closed", "hush");
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
    REQUIRE(::seteuid(4321) == 0);
    auto read = read_secret_file(path, SecretShape::word);
    REQUIRE(::seteuid(0) == 0);
    REQUIRE(!read);
    CHECK(read.error().message.find("the user 4321 may not read the file") != std::string::npos);
    CHECK(read.error().message.find("owner root") != std::string::npos);
    CHECK(read.error().hint.find("chmod 640") != std::string::npos);
}

}  // namespace audienced::unit::base_secret_file_test
