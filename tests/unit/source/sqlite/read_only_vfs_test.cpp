#include "source/sqlite/read_only_vfs.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/temp_dir.hpp"

namespace audienced::unit::source_sqlite_read_only_vfs_test {

using namespace audienced;
using audienced::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// Opens the database and runs a statement -> SQLite's code.
int run(const std::string& path, const char* sql, const char* vfs, int flags) {
    sqlite3* handle = nullptr;
    int code = sqlite3_open_v2(("file:" + path).c_str(), &handle, flags | SQLITE_OPEN_URI, vfs);
    if (code == SQLITE_OK) code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
    sqlite3_close(handle);
    return code;
}

std::size_t files_in(const TempDir& dir) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(dir.path()), {}));
}

}  // namespace

TEST_CASE("sqlite can create and remove nothing, whatever it finds", "[unit][source][sqlite]") {
    TempDir dir;
    const std::string path = (dir / "crm.db").string();
    const char* const vfs = source::sqlite::read_only_vfs();
    constexpr int writing = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const char* const count = "SELECT count(*) FROM sqlite_schema";
    REQUIRE(run(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)", nullptr, writing) == SQLITE_OK);
    SECTION("a database in WAL mode that is closed while it is opened") {
        CHECK(run(path, count, vfs, SQLITE_OPEN_READONLY) == SQLITE_CANTOPEN);
        CHECK(files_in(dir) == 1);
    }
    SECTION("a log beside an empty file, which SQLite would remove") {
        dir.write("crm.db", "");
        dir.write("crm.db-wal", "x");
        CHECK(run(path, count, vfs, SQLITE_OPEN_READONLY) != SQLITE_OK);
        CHECK(files_in(dir) == 2);
    }
    SECTION("a caller that asks to write, or to create") {
        CHECK(run(path, "PRAGMA journal_mode = DELETE; DROP TABLE t", vfs, writing) != SQLITE_OK);
        CHECK(run((dir / "new.db").string(), "CREATE TABLE t (a)", vfs, writing) != SQLITE_OK);
        CHECK(files_in(dir) == 1);
    }
    CHECK(run(path + "?immutable=1", count, vfs, SQLITE_OPEN_READONLY) == SQLITE_OK);
}

}  // namespace audienced::unit::source_sqlite_read_only_vfs_test
