// Databases in WAL mode, whose application has them open, has closed them or has crashed: all rows are read,
// and nothing is created, changed or left behind beside the file.
#include <sqlite3.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/ordinary_user.hpp"
#include "support/other_process.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_sqlite_wal_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::OrdinaryUser;
using audienced::test::OtherProcess;
using audienced::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// The application's own connection.
struct App {
    sqlite3* handle = nullptr;
    void open(const std::string& path) {
        if (sqlite3_open(path.c_str(), &handle) != SQLITE_OK) throw std::runtime_error("not opened");
    }
    void run(const std::string& sql) {
        if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(handle));
    }
    void close() { sqlite3_close(std::exchange(handle, nullptr)); }
};

struct Crm {
    TempDir dir;
    fs::path folder = dir / "crm";
    std::string path = (folder / "crm.db").string();
    App app;

    Crm() {
        fs::create_directory(folder);
        // The test's own folder is closed to others.
        ::chmod(dir.path().c_str(), 0755);
        app.open(path);
        app.run(
            "PRAGMA journal_mode = WAL; CREATE TABLE customers (email TEXT);"
            "INSERT INTO customers VALUES ('a@example.org')");
        app.close();
        ::chmod(path.c_str(), 0644);
        ::chmod(folder.c_str(), 0755);
    }
    OtherProcess process(const std::string& sql, const std::string& then = "SELECT 1") {
        return OtherProcess({[this, sql] {
                                 app.open(path);
                                 app.run(sql);
                             },
                             [this, then] { app.run(then); }, [this] { app.close(); }});
    }
    result<source::Snapshot> read(KeptRows& rows) {
        const model::Source settings{"crm", "sqlite", {{"sqlite", path}, {"busy-timeout", "0"}}, {}};
        const model::Segment all{"all", "crm", model::Segment::Kind::table, "customers", "", {}};
        return source::make(settings, {}).value()->read(all, {"email"}, rows, {});
    }
    /// The addresses, as a user reads them who may read everything and write nothing.
    std::string addresses() {
        KeptRows rows;
        const OrdinaryUser user;
        const auto r = read(rows);
        if (!r) return std::string(to_string(r.error().code)) + ": " + r.error().text();
        std::string all;
        for (const auto& row : rows.rows) all += row[0].substr(0, 1);
        return all;
    }
    /// Every file of the folder, with its owner and a digest of its content.
    std::set<std::string> files() const {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder)) {
            struct stat s;
            ::stat(entry.path().c_str(), &s);
            const std::string name = entry.path().filename().string();
            found.insert(name + " " + std::to_string(s.st_uid) + " " +
                         to_hex(sha256(dir.read("crm/" + name))));
        }
        return found;
    }
    bool has(const std::string& name) const { return fs::exists(folder / name); }
};

const std::string two_more = "INSERT INTO customers VALUES ('b@example.org'), ('c@example.org')";

}  // namespace

TEST_CASE("sqlite reads what a closed application left, and leaves no file beside it",
          "[unit][source][sqlite]") {
    Crm crm;
    ::chmod(crm.folder.c_str(), GENERATE(0777, 0755));
    const auto before = crm.files();
    REQUIRE(before.size() == 1);
    CHECK(crm.addresses() == "a");
    CHECK(crm.files() == before);
    KeptRows rows;
    CHECK(crm.read(rows).has_value());
    CHECK(crm.files() == before);
}

TEST_CASE("sqlite reads the log of an application that runs, which goes on undisturbed",
          "[unit][source][sqlite]") {
    Crm crm;
    OtherProcess app = crm.process(two_more, "INSERT INTO customers VALUES ('d@example.org')");
    app.next();
    const auto before = crm.files();
    REQUIRE(before.size() == 3);
    CHECK(crm.addresses() == "abc");
    CHECK(crm.files() == before);
    KeptRows rows;
    rows.at_row = [&](std::uint64_t n) {
        if (n == 1) app.next();
        return true;
    };
    {
        const OrdinaryUser user;
        REQUIRE(crm.read(rows).has_value());
    }
    CHECK(rows.rows.size() == 3);  // one snapshot
    CHECK(crm.addresses() == "abcd");
    app.next();
    CHECK(crm.files().size() == 1);
    CHECK(crm.addresses() == "abcd");
}

TEST_CASE("sqlite reads the log that a crashed application left, with its index or without",
          "[unit][source][sqlite]") {
    Crm crm;
    const bool with_index = GENERATE(true, false);
    const bool folder_is_open = GENERATE(true, false);
    OtherProcess app = crm.process(two_more);
    app.next();
    app.crash();
    if (!with_index) fs::remove(crm.path + "-shm");
    ::chmod(crm.folder.c_str(), folder_is_open ? 0777 : 0555);
    const auto before = crm.files();
    REQUIRE(before.size() == (with_index ? 3 : 2));
    CHECK(crm.addresses() == "abc");
    CHECK(crm.files() == before);
}

TEST_CASE("sqlite does not mistake an empty log for a missing one", "[unit][source][sqlite]") {
    Crm crm;
    const bool with_index = GENERATE(true, false);
    crm.dir.write("crm/crm.db-wal", "");
    if (with_index) crm.dir.write("crm/crm.db-shm", std::string(32768, '\0'));
    const auto before = crm.files();
    CHECK(crm.addresses() == "a");
    CHECK(crm.files() == before);
}

TEST_CASE("sqlite waits for an application that keeps the log to itself", "[unit][source][sqlite]") {
    Crm crm;
    OtherProcess app = crm.process("PRAGMA locking_mode = EXCLUSIVE; " + two_more);
    app.next();
    REQUIRE_FALSE(crm.has("crm.db-shm"));
    const std::string said = crm.addresses();
    CHECK(said.starts_with("not_ready"));
    CHECK(said.find("lock") != said.npos);
    CHECK(crm.files().size() == 2);
}

TEST_CASE("sqlite notices a change that no lock keeps away while it reads", "[unit][source][sqlite]") {
    Crm crm;
    const std::string left = GENERATE(values<std::string>({"nothing", "a log", "a log without index"}));
    INFO(left);
    if (left != "nothing") {
        OtherProcess app = crm.process(two_more);
        app.next();
    }
    if (left == "a log without index") fs::remove(crm.path + "-shm");
    OtherProcess late = crm.process("DELETE FROM customers; PRAGMA wal_checkpoint(TRUNCATE)");
    KeptRows rows;
    rows.at_row = [&](std::uint64_t n) {
        if (n == 1) late.next(), late.next(), late.next();
        return true;
    };
    const auto r = crm.read(rows);
    if (left == "a log") {  // the reader's mark holds it
        REQUIRE(r.has_value());
        CHECK(rows.rows.size() == 3);
    } else {
        REQUIRE(!r);
        CHECK(r.error().code == Errc::source_changed);
    }
    CHECK(crm.addresses().empty());
}

TEST_CASE("sqlite notices that a log without index is written over", "[unit][source][sqlite]") {
    Crm crm;
    OtherProcess app = crm.process(two_more);
    app.next();
    app.crash();
    fs::remove(crm.path + "-shm");
    KeptRows rows;
    rows.at_row = [&](std::uint64_t n) {
        if (n == 1)
            crm.dir.write("crm/crm.db-wal", crm.dir.read("crm/crm.db-wal"));  // as a copy of it arrives
        return true;
    };
    const auto r = crm.read(rows);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::source_changed);
    CHECK(crm.addresses() == "abc");
}

TEST_CASE("sqlite finds the log beside the file that a link leads to", "[unit][source][sqlite]") {
    Crm crm;
    OtherProcess app = crm.process(two_more);
    app.next();
    const fs::path link = crm.dir / "current.db";
    fs::create_symlink(crm.path, link);
    crm.path = link;
    CHECK(crm.addresses() == "abc");
}

TEST_CASE("sqlite never reads without a log that it may not read", "[unit][source][sqlite]") {
    Crm crm;
    OtherProcess app = crm.process(two_more);
    app.next();
    const std::string closed = GENERATE(values<std::string>({"-wal", "-shm"}));
    ::chmod((crm.path + closed).c_str(), 0600);
    const std::string said = crm.addresses();
    CHECK(said.starts_with("not_ready"));
    CHECK(said.find("crm.db" + closed) != said.npos);
    CHECK(said.find("setfacl") != said.npos);
}

TEST_CASE("sqlite refuses a change that a crashed application left half done", "[unit][source][sqlite]") {
    Crm crm;
    OtherProcess app = crm.process(
        "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; CREATE TABLE more (t);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO more "
        "SELECT randomblob(500) FROM n; BEGIN; UPDATE more SET t = randomblob(400)");
    app.next();
    app.crash();
    const auto before = crm.files();
    REQUIRE(crm.has("crm.db-journal"));
    ::chmod((crm.path + "-journal").c_str(), 0644);
    const std::string said = crm.addresses();
    CHECK(said.starts_with("not_ready"));
    CHECK(said.find("crm.db-journal") != said.npos);
    CHECK(said.find("open it once") != said.npos);
    CHECK(crm.files() == before);
}

TEST_CASE("sqlite notices that a file without a log is written over", "[unit][source][sqlite]") {
    Crm crm;
    crm.app.open(crm.path);
    crm.app.run("PRAGMA journal_mode = DELETE");
    crm.app.run(two_more);
    crm.app.close();
    KeptRows rows;
    rows.at_row = [&](std::uint64_t n) {
        if (n == 1) crm.dir.write("crm/crm.db", crm.dir.read("crm/crm.db") + std::string(4096, '\0'));
        return true;
    };
    const auto r = crm.read(rows);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::source_changed);
}

}  // namespace audienced::unit::source_sqlite_wal_test
