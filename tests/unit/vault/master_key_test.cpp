#include "vault/master_key.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "support/print_result.hpp"
#include "support/temp_dir.hpp"
#include "vault/vault.hpp"

namespace audienced::unit::vault_master_key_test {

using namespace audienced;

namespace {

int mode_of(const std::string& path) {
    struct stat st {};
    REQUIRE(::stat(path.c_str(), &st) == 0);
    return st.st_mode & 07777;
}

struct Credentials {
    explicit Credentials(const std::string& dir) { ::setenv("CREDENTIALS_DIRECTORY", dir.c_str(), 1); }
    ~Credentials() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
};

}  // namespace

TEST_CASE("the first start makes a private key file, and later starts read it", "[unit][vault]") {
    test::TempDir dir;
    auto first = vault::load_master_key(dir.path().string()).value();
    CHECK(first.reveal().size() == 32);
    CHECK(mode_of((dir.path() / "master.key").string()) == 0600);
    CHECK(vault::load_master_key(dir.path().string()).value().reveal() == first.reveal());
    test::TempDir other;
    CHECK(vault::load_master_key(other.path().string()).value().reveal() != first.reveal());
}

TEST_CASE("an insecure or malformed key file is refused with the fix", "[unit][vault]") {
    test::TempDir dir;
    const std::string path = dir.write("master.key", std::string(32, 'k'));
    const auto refused = [&](const char* word) {
        auto key = vault::load_master_key(dir.path().string());
        REQUIRE(!key);
        CHECK(key.error().code == Errc::bad_config);
        CHECK(key.error().text().find(word) != std::string::npos);
        CHECK(key.error().text().find("kkkk") == std::string::npos);
    };
    REQUIRE(::chmod(path.c_str(), 0640) == 0);
    refused("chmod 600");
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    CHECK(vault::load_master_key(dir.path().string()));
    for (std::size_t size : {0, 31, 33, 64}) {
        dir.write("master.key", std::string(size, 'k'));
        refused("32 bytes");
    }
    if (::geteuid() == 0) {
        dir.write("master.key", std::string(32, 'k'));
        REQUIRE(::chown(path.c_str(), 12345, 0) == 0);
        refused("belongs to the user 12345");
    }
    REQUIRE(::unlink(path.c_str()) == 0);
    dir.write("elsewhere", std::string(32, 'k'));
    REQUIRE(::symlink((dir.path() / "elsewhere").c_str(), path.c_str()) == 0);
    refused("master.key");
    REQUIRE(::unlink(path.c_str()) == 0);
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    refused("regular");
}

TEST_CASE("a systemd credential outranks the key file", "[unit][vault]") {
    test::TempDir dir, given;
    dir.write("master.key", std::string(32, 'f'));
    Credentials credentials(given.path().string());
    CHECK(!vault::master_key_is_credential());
    CHECK(!vault::load_old_credential().value());
    given.write("master-key", std::string(32, 'c'));
    CHECK(vault::master_key_is_credential());
    CHECK(vault::load_master_key(dir.path().string()).value().reveal() == std::string(32, 'c'));
    given.write("master-key-old", std::string(32, 'o'));
    CHECK(vault::load_old_credential().value()->reveal() == std::string(32, 'o'));
    given.write("master-key", "short");
    CHECK(vault::load_master_key(dir.path().string()).error().code == Errc::bad_config);
}

TEST_CASE("a staged key waits beside the old one until it is promoted or dropped", "[unit][vault]") {
    test::TempDir dir;
    const std::string path = dir.path().string();
    const auto old = vault::load_master_key(path).value();
    CHECK(!vault::load_staged_key(path).value());
    REQUIRE(vault::stage_master_key(path));
    REQUIRE(vault::drop_staged_key(path));
    REQUIRE(vault::drop_staged_key(path));
    CHECK(!vault::load_staged_key(path).value());
    const auto fresh = vault::stage_master_key(path).value();
    CHECK(vault::load_staged_key(path).value()->reveal() == fresh.reveal());
    CHECK(vault::load_master_key(path).value().reveal() == old.reveal());
    REQUIRE(vault::promote_staged_key(path));
    CHECK(vault::load_master_key(path).value().reveal() == fresh.reveal());
    CHECK(mode_of(path + "/master.key") == 0600);
}

}  // namespace audienced::unit::vault_master_key_test
