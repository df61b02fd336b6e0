#include <sqlite3.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/no_descriptors.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_sqlite_source_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::TempDir;
using Lines = std::vector<std::vector<std::string>>;
namespace fs = std::filesystem;

namespace {

struct Db {
    explicit Db(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK); }
    ~Db() { sqlite3_close(handle); }
    void operator()(const std::string& sql) {
        INFO(sql);
        REQUIRE(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    sqlite3* handle = nullptr;
};

struct Sqlite {
    TempDir dir;
    std::string path = (dir / "c r%m?#'.db").string();  // a name that a careless URI would not survive
    model::Source settings{"crm", "sqlite", {{"sqlite", path}, {"busy-timeout", "0"}}, {}};

    Sqlite() {
        Db db(path);
        db("CREATE TABLE customers (email TEXT, name TEXT, age INTEGER, score REAL, photo BLOB);"
           "INSERT INTO customers VALUES ('a@x.org', 'Ana', 7, 1.5, x'c3a9'), ('b@x.org', NULL, "
           "-9223372036854775808, 1e300, NULL);"
           "CREATE VIEW adults AS SELECT * FROM customers WHERE age > 5");
    }
    std::unique_ptr<source::Source> open() {
        auto made = source::make(settings, {});
        REQUIRE(made.has_value());
        return std::move(*made);
    }
    static model::Segment query(const std::string& sql) {
        return {"seg", "crm", model::Segment::Kind::query, sql, "", {}};
    }
    static model::Segment table(const std::string& t) {
        return {"seg", "crm", model::Segment::Kind::table, t, "", {}};
    }
    result<source::Snapshot> read(const model::Segment& s, const std::vector<std::string>& columns,
                                  KeptRows& rows, std::stop_token stop = {}) {
        return open()->read(s, columns, rows, stop);
    }
};

}  // namespace

TEST_CASE("sqlite gives every type as text, and nulls as nulls", "[unit][source][sqlite]") {
    Sqlite s;
    KeptRows rows;
    auto snapshot = s.read(s.table("customers"), {"email", "name", "age", "score", "photo"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows == Lines{{"a@x.org", "Ana", "7", "1.5", "\xC3\xA9"},
                             {"b@x.org", "NULL", "-9223372036854775808", "1.0e+300", "NULL"}});
    CHECK(snapshot->rows == 2);
}

TEST_CASE("sqlite reads queries, views, columns in any order", "[unit][source][sqlite]") {
    Sqlite s;
    const auto segment = GENERATE(
        values<model::Segment>({Sqlite::table("adults"), Sqlite::query("SELECT name, email FROM adults"),
                                Sqlite::query("-- the grown-ups\n/* all of them */ WITH g AS (SELECT * FROM "
                                              "adults) SELECT * FROM g ; -- end\n"),
                                Sqlite::query("values ('Ana', 'a@x.org')")}));
    KeptRows rows;
    const bool plain = segment.what.starts_with("values");
    auto description = s.open()->describe(segment, {});
    REQUIRE(description.has_value());
    auto r = plain ? s.read(segment, {"column2", "column1"}, rows) : s.read(segment, {"email", "name"}, rows);
    REQUIRE(r.has_value());
    CHECK(rows.rows == Lines{{"a@x.org", "Ana"}});
}

TEST_CASE("sqlite refuses whatever does more than select, and the file stays as it was",
          "[unit][source][sqlite]") {
    Sqlite s;
    const std::string before = s.dir.read(fs::path(s.path).filename());
    const std::string bad = GENERATE(values<std::string>(
        {"DELETE FROM customers", "INSERT INTO customers (email) VALUES ('x')",
         "UPDATE customers SET age = 1", "DROP TABLE customers", "SELECT 1; DELETE FROM customers",
         "SELECT 1; SELECT 2", "SELECT 1; x", "", "ATTACH '/tmp/x.db' AS x", "PRAGMA journal_mode = WAL",
         "WITH x AS (SELECT 1) DELETE FROM customers", "EXPLAIN SELECT 1", "BEGIN", "VACUUM INTO '/tmp/y.db'",
         "SELECT load_extension('/tmp/x.so')", "-- nothing", "CREATE TEMP TABLE t (a)",
         "SELECT FROM WHERE"}));
    INFO(bad);
    KeptRows rows;
    auto r = s.read(s.query(bad), {}, rows);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::usage);
    CHECK(rows.rows.empty());
    CHECK(s.dir.read(fs::path(s.path).filename()) == before);
}

TEST_CASE("sqlite says what is missing", "[unit][source][sqlite]") {
    Sqlite s;
    KeptRows rows;
    CHECK(s.read(s.table("nothing"), {"email"}, rows).error().code == Errc::not_found);
    CHECK(s.read(s.query("SELECT phone FROM customers"), {}, rows).error().code == Errc::not_found);
    CHECK(s.read(s.query("SELECT \"phone\" FROM customers"), {}, rows).error().code == Errc::not_found);
    auto column = s.read(s.table("customers"), {"phone"}, rows);
    CHECK(column.error().code == Errc::not_found);
    CHECK(column.error().hint.find("email") != std::string::npos);
    fs::remove(s.path);
    CHECK(s.read(s.table("customers"), {"email"}, rows).error().code == Errc::not_ready);
    CHECK(!fs::exists(s.path));
    s.dir.write(fs::path(s.path).filename(), std::string(8192, 'x'));
    CHECK(s.open()->test({}).error().code == Errc::not_ready);
}

TEST_CASE("sqlite rejects a value that is not UTF-8, by its row, and goes on", "[unit][source][sqlite]") {
    Sqlite s;
    Db(s.path)("INSERT INTO customers (email) VALUES (CAST(x'61ff' AS TEXT)), ('c@x.org')");
    KeptRows rows;
    auto snapshot = s.read(s.table("customers"), {"email"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows == Lines{{"a@x.org"}, {"b@x.org"}, {"c@x.org"}});
    CHECK(rows.rejects == std::vector<std::string>{"3: the column email is not valid UTF-8"});
    CHECK(rows.addresses == std::vector<std::string>{"-"});
    CHECK(snapshot->rows == 4);
}

TEST_CASE("sqlite names the column whose value is not text, and tells whose row it is",
          "[unit][source][sqlite]") {
    Sqlite s;
    KeptRows rows;
    const auto query = s.query(
        "SELECT 'a@x.org' AS email, x'FCFF' AS city, 1 AS n UNION ALL SELECT 'b@x.org', x'FC', 2 "
        "UNION ALL SELECT 'c@x.org', x'556C6D', 3");
    REQUIRE(s.read(query, {"email", "city"}, rows).has_value());
    CHECK(rows.rows == Lines{{"c@x.org", "Ulm"}});
    CHECK(rows.addresses == std::vector<std::string>{"a@x.org", "b@x.org"});
    CHECK(rows.rejects ==
          std::vector<std::string>{
              "1: the column city is not valid UTF-8 (it holds a BLOB)",
              "2: the column city is not valid UTF-8; it looks like Windows-1252 (it holds a BLOB)"});
    KeptRows without;
    REQUIRE(s.read(query, {"email"}, without).has_value());
    CHECK(without.rejects.empty());
}

TEST_CASE("sqlite waits for a busy database, then says so", "[unit][source][sqlite]") {
    Sqlite s;
    KeptRows rows;
    Db other(s.path);
    other("BEGIN EXCLUSIVE; UPDATE customers SET age = 8");
    SECTION("in vain") {
        CHECK(s.read(s.table("customers"), {"email"}, rows).error().code == Errc::not_ready);
    }
    SECTION("with success") {
        s.settings.settings["busy-timeout"] = "60";
        std::thread free([&] { sqlite3_exec(other.handle, "COMMIT", nullptr, nullptr, nullptr); });
        CHECK(s.read(s.table("customers"), {"email"}, rows).has_value());
        free.join();
    }
    SECTION("until it is told to stop") {
        s.settings.settings["busy-timeout"] = "3600";
        std::stop_source stop;
        std::thread stopper([&] { stop.request_stop(); });
        CHECK(s.read(s.table("customers"), {"email"}, rows, stop.get_token()).error().code ==
              Errc::cancelled);
        stopper.join();
    }
}

TEST_CASE("sqlite reads one snapshot while another program writes, in WAL mode", "[unit][source][sqlite]") {
    Sqlite s;
    Db writer(s.path);
    writer("PRAGMA journal_mode = WAL");
    KeptRows rows;
    rows.at_row = [&](std::uint64_t n) {
        if (n == 1) writer("DELETE FROM customers");
        return true;
    };
    auto first = s.read(s.table("customers"), {"email"}, rows);
    REQUIRE(first.has_value());
    CHECK(rows.rows == Lines{{"a@x.org"}, {"b@x.org"}});
    KeptRows none;
    auto second = s.read(s.table("customers"), {"email"}, none);
    REQUIRE(second.has_value());
    CHECK(none.rows.empty());
    CHECK(second->id != first->id);
    CHECK(s.read(s.table("customers"), {"email"}, none)->id == second->id);
}

TEST_CASE("sqlite notices that another file stands under the name", "[unit][source][sqlite]") {
    Sqlite s;
    KeptRows rows;
    rows.at_row = [&](std::uint64_t) {
        fs::remove(s.path);
        return true;
    };
    CHECK(s.read(s.table("customers"), {"email"}, rows).error().code == Errc::source_changed);
}

TEST_CASE("sqlite stops in the middle of a query that would never end", "[unit][source][sqlite]") {
    Sqlite s;
    KeptRows rows;
    std::stop_source stop;
    std::thread stopper([&] { stop.request_stop(); });
    auto r = s.read(
        s.query(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"),
        {"i"}, rows, stop.get_token());
    stopper.join();
    REQUIRE(!r);
    CHECK(r.error().code == Errc::cancelled);
}

TEST_CASE("sqlite is read only when its ready-query says true", "[unit][source][sqlite]") {
    Sqlite s;
    const auto c = GENERATE(table<const char*, const char*>({{"SELECT 1", "fine"},
                                                             {"SELECT count(*) FROM customers", "fine"},
                                                             {"SELECT 0", "not_ready"},
                                                             {"SELECT NULL", "not_ready"},
                                                             {"SELECT 1 WHERE 0", "not_ready"},
                                                             {"DELETE FROM customers", "usage"}}));
    s.settings.settings["ready-query"] = std::get<0>(c);
    KeptRows rows;
    auto r = s.read(s.table("customers"), {"email"}, rows);
    CHECK((r ? std::string("fine") : std::string(to_string(r.error().code))) == std::get<1>(c));
}

TEST_CASE("sqlite names the cause when the file cannot be opened or looked at", "[unit][source][sqlite]") {
    Sqlite s;
    KeptRows rows;
    result<source::Snapshot> read = source::Snapshot{};
    {
        const test::NoDescriptors none;
        read = s.read(s.table("customers"), {"email"}, rows);
    }
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Errc::not_ready);
    CHECK(read.error().message.find("Too many open files") != std::string::npos);
    s.settings.settings["sqlite"] = (s.dir / std::string(300, 'x')).string();
    CHECK(s.open()->test({}).error().message.find("File name too long") != std::string::npos);
}

}  // namespace audienced::unit::source_sqlite_source_test
