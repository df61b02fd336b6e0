#include "store/database.hpp"

#include <sqlite3.h>

#include "state.hpp"

namespace audienced::unit::store_database_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct Table {
    TempDir dir;
    store::Database db = store::Database::open((dir.path() / "t.db").string()).value();
    Table() {
        REQUIRE(
            db.execute("PRAGMA application_id = 1096106820; CREATE TABLE t(x INTEGER PRIMARY KEY, s TEXT, b "
                       "BLOB) STRICT"));
    }
    std::int64_t count() {
        auto& query = db.prepare("SELECT count(*) FROM t");
        REQUIRE(query.step().value());
        const auto n = query.integer(0);
        query.reset();
        return n;
    }
};

}  // namespace

TEST_CASE("values come back as they were bound, empty ones and zero bytes included", "[unit][store]") {
    Table t;
    const std::string zero("a\0b", 3);
    auto& insert = t.db.prepare("INSERT INTO t VALUES(?1, ?2, ?3)");
    REQUIRE(insert.bind(1, std::int64_t{-5}).bind(2, zero).bind_blob(3, zero).run());
    CHECK(t.db.last_insert_id() == -5);
    CHECK(t.db.changes() == 1);
    REQUIRE(
        insert.bind(1, std::int64_t{6}).bind(2, std::string_view()).bind_blob(3, std::string_view()).run());
    REQUIRE(insert.bind(1, std::int64_t{7}).bind_null(2).bind_null(3).run());
    auto& query = t.db.prepare("SELECT x, s, b FROM t ORDER BY x");
    REQUIRE(query.step().value());
    CHECK(query.integer(0) == -5);
    CHECK(query.text(1) == zero);
    CHECK(query.blob(2) == zero);
    REQUIRE(query.step().value());
    CHECK(!query.is_null(1));
    CHECK(query.text(1).empty());
    CHECK(!query.is_null(2));
    REQUIRE(query.step().value());
    CHECK(query.is_null(1));
    CHECK(query.is_null(2));
    CHECK(!query.step().value());
}

TEST_CASE("a transaction that is not committed leaves nothing, at either level", "[unit][store]") {
    Table t;
    {
        auto outer = store::Transaction::begin(t.db).value();
        REQUIRE(t.db.execute("INSERT INTO t(x) VALUES(1)"));
        {
            auto inner = store::Transaction::begin(t.db).value();
            REQUIRE(t.db.execute("INSERT INTO t(x) VALUES(2)"));
        }
        {
            auto inner = store::Transaction::begin(t.db).value();
            REQUIRE(t.db.execute("INSERT INTO t(x) VALUES(3)"));
            REQUIRE(inner.commit());
        }
        CHECK(t.count() == 2);
        REQUIRE(outer.commit());
    }
    CHECK(t.count() == 2);
    {
        auto outer = store::Transaction::begin(t.db).value();
        auto moved = std::move(outer);
        REQUIRE(t.db.execute("INSERT INTO t(x) VALUES(4)"));
    }
    CHECK(t.count() == 2);
    CHECK(sqlite3_get_autocommit(t.db.handle()) != 0);
}

TEST_CASE("a SQLite error becomes one of our own codes", "[unit][store]") {
    Table t;
    CHECK(t.db.execute("INSERT INTO t(x) VALUES(1), (1)").error().code == Errc::wrong_state);
    CHECK(t.db.execute("INSERT INTO t(x, s) VALUES(1, x'00')").error().code == Errc::wrong_state);  // STRICT
    CHECK_THROWS_AS(t.db.prepare("SELECT nothing FROM t"), std::logic_error);
    CHECK_THROWS_AS(t.db.prepare("SELECT 1").bind(9, std::int64_t{1}), std::logic_error);

    SECTION("another program holds the file") {
        sqlite3_busy_timeout(t.db.handle(), 0);
        auto other = store::Database::open((t.dir.path() / "t.db").string()).value();
        auto holding = store::Transaction::begin(other).value();
        auto refused = store::Transaction::begin(t.db);
        REQUIRE(!refused);
        CHECK(refused.error().code == Errc::store_busy);
        CHECK(refused.error().safe_to_retry);
        CHECK(refused.error().message.find("t.db") != std::string::npos);
    }
    SECTION("no room, and then room again") {
        REQUIRE(t.db.execute("PRAGMA max_page_count = 3"));
        auto full = t.db.execute("INSERT INTO t(b) VALUES(zeroblob(100000))");
        REQUIRE(!full);
        CHECK(full.error().code == Errc::store_full);
        REQUIRE(t.db.execute("PRAGMA max_page_count = 1000"));
        CHECK(t.db.execute("INSERT INTO t(b) VALUES(zeroblob(100000))"));
    }
    SECTION("not a database") {
        t.dir.write("n.db", std::string(4096, 'x'));
        auto opened = store::Database::open((t.dir.path() / "n.db").string());
        REQUIRE(!opened);
        CHECK(opened.error().code == Errc::store_corrupt);
        CHECK(t.dir.read("n.db") == std::string(4096, 'x'));
    }
    SECTION("no such directory, and no file") {
        CHECK(store::Database::open((t.dir.path() / "no" / "t.db").string()).error().code ==
              Errc::store_failed);
        CHECK(store::Database::open(t.dir.path().string()).error().code == Errc::bad_config);
    }
}

}  // namespace audienced::unit::store_database_test
