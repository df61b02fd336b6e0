#include "base/access.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <iostream>

#include "support/ordinary_user.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::base_access_test {

using namespace audienced;
using audienced::test::OrdinaryUser;
using audienced::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// What is said of a path that cannot be opened, to a user who is not the owner of anything.
std::string said_of(const fs::path& path) {
    const OrdinaryUser user;
    FILE* file = std::fopen(path.c_str(), "rb");
    const int error = errno;
    if (file) std::fclose(file);
    return file ? "opened" : cannot_be_read("the file", path.string(), error).text();
}

bool contains(const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != text.npos);
    return text.find(part) != text.npos;
}

/// Runs `work` where mounts of its own are possible, and gives what it returns; "" if this machine forbids
/// it.
template <class Work>
std::string with_own_mounts(Work work) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        std::string said;
        if (::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0)
            said = work();
        (void)!::write(ends[1], said.data(), said.size());
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    char piece[512];
    for (ssize_t n; (n = ::read(ends[0], piece, sizeof piece)) > 0;)
        said.append(piece, static_cast<std::size_t>(n));
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    if (said.empty()) std::cerr << "*** NOT TESTED: no mount namespaces here ***\n";
    return said;
}

}  // namespace

TEST_CASE("what is missing on the way to a file is named", "[unit][base]") {
    TempDir dir;
    ::chmod(dir.path().c_str(), 0755);
    fs::create_directories(dir / "srv/crm");
    contains(said_of(dir / "srv/crm/x.db"), "the folder " + (dir / "srv/crm").string() + " has no x.db");
    contains(said_of(dir / "srv/old/new/x.db"), "there is no folder " + (dir / "srv/old").string());
    dir.write("srv/crm/plain", "");
    contains(said_of(dir / "srv/crm/plain/x.db"), "cannot be read");
    fs::create_symlink("../gone/x.db", dir / "srv/link.db");
    contains(said_of(dir / "srv/link.db"), "there is no folder " + (dir / "gone").string());
    contains(said_of(dir / "srv/link.db"), (dir / "srv/link.db").string() + " is a link");
    fs::create_symlink("loop", dir / "loop");
    contains(said_of(dir / "loop"), "levels of symbolic links");
    contains(cannot_be_read("the file", "/x", EIO).text(), "Input/output error");
}

TEST_CASE("who may not go where on the way to a file is named, with the way to let it in", "[unit][base]") {
    TempDir dir;
    ::chmod(dir.path().c_str(), 0755);
    const std::string path = dir.write("srv/crm/x.db", "x");
    for (const char* part : {"srv", "srv/crm"}) ::chmod((dir / part).c_str(), 0755);
    ::chmod(path.c_str(), 0640);
    std::string said = said_of(path);
    contains(said, "may not read the file " + path);
    contains(said, "mode 0640");
    contains(said, "setfacl -m u:");
    contains(said, ":r " + path);
    ::chmod((dir / "srv/crm").c_str(), 0711);
    {
        const OrdinaryUser user;
        said = cannot_be_read("the folder", (dir / "srv/crm").string(), EACCES).text();
    }
    contains(said, "may not list the folder " + (dir / "srv/crm").string());
    contains(said, ":rx " + (dir / "srv/crm").string());
    ::chmod((dir / "srv").c_str(), 0750);
    said = said_of(path);
    contains(said, "may not enter the folder " + (dir / "srv").string() + " (owner ");
    contains(said, ":x " + (dir / "srv").string());
}

TEST_CASE("what a person has to mend is not tried again by itself", "[unit][base]") {
    CHECK(cannot_be_read("the file", "/nowhere/x", ENOENT).safe_to_retry);
    const Error lasting = cannot_be_read("the file", "/nowhere/x", ENOENT, Errc::bad_config);
    CHECK(lasting.code == Errc::bad_config);
    CHECK_FALSE(lasting.safe_to_retry);
    contains(lasting.text(), "there is no folder /nowhere");
}

TEST_CASE("a mount that hides a folder from a service is recognised", "[unit][base]") {
    const std::string table =
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "30 22 0:25 /systemd/inaccessible/dir /home ro,nosuid shared:9 master:3 - tmpfs tmpfs rw,mode=755\n"
        "31 22 8:1 /tmp/systemd-private-6b-audienced.service-x7/tmp /tmp rw shared:9 - ext4 /dev/sda1 rw\n"
        "32 22 0:25 /systemd/inaccessible/dir /srv/own\\040files ro - tmpfs tmpfs rw\n"
        "33 22 0:40 / /run/user ro - tmpfs tmpfs ro,mode=755\n"
        "34 22 0:41 / /var/tmp rw - tmpfs tmpfs rw\n"
        "35 22 0:25 /systemd/inaccessible/dir /root ro - tmpfs tmpfs rw\n"
        "246 210 0:47 /host/inaccessible/dir /srv/closed ro,nosuid shared:76 - tmpfs tmpfs rw,mode=755\n"
        "36 35 8:2 / /root rw - ext4 /dev/sdb rw\n"
        "short line\n";
    CHECK(hidden_by_unit(table, "/home") == Hidden::home);
    CHECK(hidden_by_unit(table, "/run/user") == Hidden::home);
    CHECK(hidden_by_unit(table, "/tmp") == Hidden::temporary);
    CHECK(hidden_by_unit(table, "/srv/own files") == Hidden::inaccessible);
    CHECK(hidden_by_unit(table, "/srv/closed") == Hidden::inaccessible);  // in a container
    for (const char* seen : {"/", "/srv", "/var/tmp", "/root", "/home/ann", ""}) {
        INFO(seen);
        CHECK_FALSE(hidden_by_unit(table, seen).has_value());
    }
}

TEST_CASE("a file below a folder that the service unit hides is not said to be missing", "[unit][base]") {
    TempDir dir;
    ::chmod(dir.path().c_str(), 0755);
    // As systemd does it: an empty folder that may not be entered, mounted over the one to hide.
    const std::string empty = dir / "systemd/inaccessible/dir";
    fs::create_directories(empty);
    ::chmod(empty.c_str(), 0);
    const std::string path = dir.write("hidden/crm/x.db", "x");
    const auto as_root = [&](const std::string& target) {
        return with_own_mounts([&]() -> std::string {
            if (::mount(empty.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) != 0) return {};
            return cannot_be_read("the file", target + "/crm/x.db", ENOENT).text();
        });
    };
    if (const std::string said = as_root(dir / "hidden"); !said.empty())
        contains(said, "closes " + (dir / "hidden").string() + " (InaccessiblePaths=)");
    const std::string home = with_own_mounts([&]() -> std::string {
        if (::mount(empty.c_str(), "/home", nullptr, MS_BIND, nullptr) != 0) return {};
        return said_of("/home/ann/crm/x.db");
    });
    if (home.empty()) return;
    contains(home, "protects /home (ProtectHome=)");
    contains(home, "BindReadOnlyPaths=");
}

}  // namespace audienced::unit::base_access_test
