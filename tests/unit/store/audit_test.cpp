#include "store/audit.hpp"

#include "audit_scene.hpp"

namespace audienced::unit::store_audit_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("the audit lists the newest first", "[unit][store]") {
    AuditScene s;
    REQUIRE(store::add_audit(
        s.db, s.vault,
        {0, from_unix(10), 1000, "ann", "export edit", "weekly", "{\"a\":1}", "{\"a\":2}", {}}));
    REQUIRE(store::add_own_audit(s.db, s.vault, from_unix(11), "held plan expired", "run 4", "", "{}"));
    const auto all = store::list_audit(s.db, 10).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].seq == 2);
    CHECK(all[0].uid == -1);
    CHECK(all[0].user == "audienced");
    CHECK(all[0].before.empty());
    CHECK(all[1].seq == 1);
    CHECK(all[1].at == from_unix(10));
    CHECK(all[1].uid == 1000);
    CHECK(all[1].user == "ann");
    CHECK(all[1].action == "export edit");
    CHECK(all[1].object == "weekly");
    CHECK(all[1].before == "{\"a\":1}");
    CHECK(all[1].after == "{\"a\":2}");
    CHECK(all[0].hash == store::audit_hash(s.vault, all[0], all[1].hash));
    CHECK(all[1].hash == store::audit_hash(s.vault, all[1], store::first_audit_hash));
    CHECK(store::list_audit(s.db, 1).value().size() == 1);
}

TEST_CASE("rows of the audit can be neither changed nor removed nor replaced", "[unit][store]") {
    AuditScene s;
    s.add(3);
    for (const char* sql :
         {"UPDATE audit SET user = 'bob'", "DELETE FROM audit WHERE seq = 2",
          "INSERT OR REPLACE INTO audit VALUES(2, 1, 1, 'b', 'c', 'd', '', '', zeroblob(32))",
          "INSERT INTO audit VALUES(-1, 1, 1, 'b', 'c', 'd', '', '', zeroblob(32))"}) {
        INFO(sql);
        CHECK(!s.db.execute(sql));
    }
    CHECK(s.chain().faults == 0);
    CHECK(s.chain().rows == 3);
}

TEST_CASE("a change that is rolled back leaves no hole in the numbers", "[unit][store]") {
    AuditScene s;
    s.add(1);
    {
        auto transaction = store::Transaction::begin(s.db);
        REQUIRE(transaction);
        s.add(2);
    }
    s.add(1);
    CHECK(store::list_audit(s.db, 10).value()[0].seq == 2);
    CHECK(s.chain().faults == 0);
}

TEST_CASE("rows that another program removed at the end leave a hole, also where it set the numbers back",
          "[unit][store]") {
    AuditScene s;
    s.add(3);
    s.db.know_audit_row(3);  // as the store does behind each commit
    REQUIRE(
        s.db.execute("DROP TRIGGER audit_is_not_removed; DELETE FROM audit WHERE seq > 1; "
                     "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'audit'"));
    s.add(1);
    CHECK(store::list_audit(s.db, 10).value()[0].seq == 4);
    CHECK(s.chain().first == store::AuditFault{store::AuditFault::Kind::missing, 2, 3});
}

TEST_CASE("no two rows are hashed alike because their texts run into each other", "[unit][store]") {
    AuditScene s;
    store::AuditRow a, b;
    a.user = "ab";
    a.action = "c";
    b.user = "a";
    b.action = "bc";
    CHECK(store::audit_hash(s.vault, a, store::first_audit_hash) !=
          store::audit_hash(s.vault, b, store::first_audit_hash));
}

TEST_CASE("the daemon's own rows are JSON whatever a reason contains", "[unit][store]") {
    CHECK(store::audit_json({{"state", "stopped"}, {"reason", "\"x\"\n\xff"}}) ==
          "{\"reason\":\"\\\"x\\\"\\n\xEF\xBF\xBD\",\"state\":\"stopped\"}");
}

}  // namespace audienced::unit::store_audit_test
