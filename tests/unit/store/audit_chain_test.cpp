#include "store/audit_chain.hpp"

#include "audit_scene.hpp"

namespace audienced::unit::store_audit_chain_test {

using namespace audienced;
using namespace audienced::test;
using Kind = store::AuditFault::Kind;

TEST_CASE("an audit that was left alone is whole, whatever the size of the pages", "[unit][store]") {
    AuditScene s;
    CHECK(s.chain().faults == 0);
    CHECK(s.chain().rows == 0);
    s.add(7);
    s.keep_head();
    for (const std::size_t page : {1, 3, 7, 100}) {
        CAPTURE(page);
        const auto chain = s.chain(page);
        CHECK(chain.faults == 0);
        CHECK(chain.rows == 7);
        CHECK(chain.newest == 7);
        CHECK(chain.hash == store::audit_head_of(s.db).value().hash);
    }
    CHECK(s.chain_with_head().faults == 0);
}

TEST_CASE("each way to change the audit is found, with the first row of it", "[unit][store]") {
    struct Row {
        const char *what, *sql;
        store::AuditFault first;
        std::uint64_t faults;
    };
    const Row rows[] = {
        {"another user", "UPDATE audit SET user = 'bob' WHERE seq = 3", {Kind::changed, 3, 3}, 1},
        {"another time", "UPDATE audit SET at = at + 1 WHERE seq = 1", {Kind::changed, 1, 1}, 1},
        {"another uid", "UPDATE audit SET uid = 0 WHERE seq = 7", {Kind::changed, 7, 7}, 1},
        {"texts that changed places",
         "UPDATE audit SET before = after, after = before WHERE seq = 4",
         {Kind::changed, 4, 4},
         1},
        {"a row that got another's hash too",
         "UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 2) WHERE seq = 5",
         {Kind::changed, 5, 5},
         2},
        {"rows taken out of the middle", "DELETE FROM audit WHERE seq IN (3, 4)", {Kind::missing, 3, 4}, 1},
        {"the first row taken out", "DELETE FROM audit WHERE seq = 1", {Kind::missing, 1, 1}, 1},
        {"rows taken out, and the others counted down",
         "DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3",
         {Kind::changed, 3, 3},
         5},
        {"the newest rows cut off", "DELETE FROM audit WHERE seq > 5", {Kind::cut_off, 6, 7}, 1},
        {"a row that was made up",
         "INSERT INTO audit VALUES(8, 1, 0, 'b', 'c', 'd', '', '', randomblob(32))",
         {Kind::changed, 8, 8},
         1},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        AuditScene s;
        s.add(7);
        s.tamper(row.sql);
        const auto chain = s.chain();
        REQUIRE(chain.first.has_value());
        CHECK(*chain.first == row.first);
        CHECK(chain.faults == row.faults);
    }
}

TEST_CASE("rows that are cut off so that the database does not count them are missed by the file beside it",
          "[unit][store]") {
    AuditScene s;
    s.add(7);
    s.keep_head();
    s.tamper("DELETE FROM audit WHERE seq > 5; UPDATE sqlite_sequence SET seq = 5 WHERE name = 'audit'");
    CHECK(s.chain().faults == 0);
    const auto chain = s.chain_with_head();
    REQUIRE(chain.first.has_value());
    CHECK(*chain.first == store::AuditFault{Kind::cut_off, 6, 7});
    // The next row does not close the hole.
    s.tamper("UPDATE sqlite_sequence SET seq = 7 WHERE name = 'audit'");
    s.add(1);
    CHECK(*s.chain().first == store::AuditFault{Kind::missing, 6, 7});
}

TEST_CASE("a row of another history under its own number is found, though it was written by this program",
          "[unit][store]") {
    AuditScene s;
    s.add(5);
    const auto fifth = store::list_audit(s.db, 1).value()[0];
    s.tamper("DELETE FROM audit WHERE seq > 3; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit'");
    s.add(1);
    auto& put_back = s.db.prepare("INSERT INTO audit VALUES(5, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    put_back.bind(1, to_unix(fifth.at)).bind(2, fifth.uid).bind(3, fifth.user).bind(4, fifth.action);
    put_back.bind(5, fifth.object).bind(6, fifth.before).bind(7, fifth.after).bind_blob(8, fifth.hash);
    REQUIRE(put_back.run());
    CHECK(s.chain().first == store::AuditFault{Kind::changed, 5, 5});
}

TEST_CASE("a row that tells of missing rows counts as told, and only where it tells the truth",
          "[unit][store]") {
    struct Row {
        std::int64_t newest, last;
        std::uint64_t told;
    };
    for (const Row& row : {Row{5, 7, 1}, Row{5, 8, 0}, Row{4, 7, 0}}) {
        AuditScene s;
        s.add(7);
        s.tamper("DELETE FROM audit WHERE seq > 5");
        store::AuditRow gap;
        gap.seq = 8;
        gap.action = store::rows_missing;
        gap.before = store::newest_json(row.last);
        gap.after = store::newest_json(row.newest);
        REQUIRE(store::add_audit(s.db, s.vault, gap));
        CHECK(s.chain().told_gaps == row.told);
        CHECK(s.chain().faults == 1 - row.told);
    }
}

}  // namespace audienced::unit::store_audit_chain_test
