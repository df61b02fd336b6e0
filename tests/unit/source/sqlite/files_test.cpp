#include "source/sqlite/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/temp_dir.hpp"

namespace audienced::unit::source_sqlite_files_test {

using namespace audienced;
using audienced::test::TempDir;
using source::sqlite::Files;
using source::sqlite::Way;

namespace {

void set_age(const std::string& path, int seconds) {
    timespec now;
    ::clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= seconds;
    const timespec times[2] = {now, now};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("sqlite chooses how to read by the files that are there", "[unit][source][sqlite]") {
    TempDir dir;
    const std::string path = dir.write("crm.db", "x");
    const Files files = Files::find(path).value();
    const bool wal_mode = true;
    CHECK(files.way(!wal_mode).value() == Way::shared_lock);
    CHECK(files.way(wal_mode).value() == Way::as_it_stands);
    dir.write("crm.db-journal", std::string(28, '\0'));  // ended, and kept for the next change
    CHECK(files.way(wal_mode).value() == Way::as_it_stands);
    dir.write("crm.db-journal", "\xd9\xd5\x05\xf9");
    CHECK(files.way(wal_mode).value() == Way::shared_lock);
    dir.write("crm.db-wal", "");
    CHECK(files.way(wal_mode).value() == Way::log_alone);
    dir.write("crm.db-shm", "");
    CHECK(files.way(wal_mode).value() == Way::read_mark);
    CHECK(files.way(!wal_mode).value() == Way::shared_lock);
}

TEST_CASE("sqlite trusts a stamp only when another change would get another one", "[unit][source][sqlite]") {
    TempDir dir;
    const std::string path = dir.write("crm.db", "x"), log = dir.write("crm.db-wal", "x");
    const Files files = Files::find(path).value();
    for (const std::string& young : {path, log}) {
        set_age(path, 10);
        set_age(log, 10);
        CHECK(files.is_quiet());
        bool was_quiet = true;
        for (int i = 0; i < 1000 && was_quiet; ++i) {  // this test may be held up between the two
            set_age(young, 0);
            was_quiet = files.is_quiet();
        }
        CHECK_FALSE(was_quiet);
    }
    set_age(path, -3600);  // of another machine's clock
    set_age(log, 10);
    CHECK(files.is_quiet());
}

}  // namespace audienced::unit::source_sqlite_files_test
