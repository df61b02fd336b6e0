// Where a backup may be put.
#include "backup_place.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "support/temp_dir.hpp"

namespace audienced::ctl {
namespace {
namespace fs = std::filesystem;

void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string at(const test::TempDir& dir, const std::string& name) {
    return (dir / name).string();
}

/// The header of a database: of which application, and with a log beside it or without.
std::string database(const std::string& application, bool with_log) {
    std::string out(4096, '\0');
    out.replace(0, 16, std::string("SQLite format 3\0", 16));
    out[18] = out[19] = with_log ? '\2' : '\1';
    out.replace(68, 4, application);
    return out;
}

}  // namespace

TEST_CASE("a backup goes to a new file, an empty one, or in the place of an older backup", "[backup]") {
    const test::TempDir dir;
    fs::create_directory(at(dir, "state"));
    put(at(dir, "empty"), "");
    put(at(dir, "older"), database("AUCD", false));
    fs::create_symlink(at(dir, "older"), at(dir, "link"));
    for (const char* name : {"new", "empty", "older", "link", "no/folder/new"})
        CHECK(may_take_backup(at(dir, name), at(dir, "state")).has_value());
    CHECK(may_take_backup(at(dir, "new"), "/no/state").has_value());
}

TEST_CASE("a backup replaces nothing that is not a backup", "[backup]") {
    const test::TempDir dir;
    fs::create_directory(at(dir, "state"));
    put(at(dir, "text"), "a letter");
    put(at(dir, "live"), database("AUCD", true));
    put(at(dir, "of others"), database(std::string(4, '\0'), false));
    fs::create_symlink(at(dir, "text"), at(dir, "link"));
    for (const char* name : {"text", "live", "of others", "link"})
        for (const std::string& state : {at(dir, "state"), std::string("/no/state")}) {
            const auto refused = may_take_backup(at(dir, name), state);
            REQUIRE_FALSE(refused.has_value());
            CHECK(refused.error().code == Errc::wrong_state);
            CHECK(refused.error().text().find("nothing was changed") != std::string::npos);
        }
}

TEST_CASE("a backup goes nowhere into the state directory, by whatever name", "[backup]") {
    const test::TempDir dir;
    const std::string state = at(dir, "state");
    fs::create_directories(state + "/spool");
    put(state + "/lock", "");
    put(state + "/older", database("AUCD", false));
    fs::create_directory_symlink(state, at(dir, "door"));
    fs::create_hard_link(state + "/lock", at(dir, "hard"));
    fs::create_symlink(state + "/older", at(dir, "soft"));
    for (const std::string& file :
         {state + "/new", state + "/lock", state + "/older", state + "/spool/new", at(dir, "door/new"),
          at(dir, "door/../state/new"), at(dir, "hard"), at(dir, "soft")}) {
        INFO(file);
        const auto refused = may_take_backup(file, state);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == Errc::wrong_state);
    }
}

}  // namespace audienced::ctl
