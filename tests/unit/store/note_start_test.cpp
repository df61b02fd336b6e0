#include "store/note_start.hpp"

#include <filesystem>
#include <fstream>

#include "audit_scene.hpp"

namespace audienced::unit::store_note_start_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct StartScene : AuditScene {
    void start(store::StartFacts facts = {1, {}}) {
        const auto noted = store::note_start(db, vault, from_unix(50), facts, head_file());
        REQUIRE(noted);
        doubt = *noted;
    }
    std::string doubt;
    std::vector<store::AuditRow> rows() { return store::list_audit(db, 50).value(); }
};

}  // namespace

TEST_CASE("a new database is the first row, and a start without news is none", "[unit][store]") {
    StartScene s;
    s.start({0, {}});
    REQUIRE(s.rows().size() == 1);
    CHECK(s.rows()[0].action == "database created");
    CHECK(s.rows()[0].after == "{\"schema\":1}");
    CHECK(s.rows()[0].uid == -1);
    s.start();
    s.start({1, s.vault.key_id()});
    CHECK(s.rows().size() == 1);
    CHECK(s.chain_with_head().faults == 0);
}

TEST_CASE("a file of the newest row that cannot be written keeps no daemon from starting", "[unit][store]") {
    StartScene s;
    s.start({0, {}});
    s.add(1);
    std::filesystem::create_directory(s.head_file() + ".new");
    s.start();
    CHECK(store::read_audit_head(s.head_file(), s.vault).value()->seq == 1);
    std::filesystem::remove(s.head_file() + ".new");
    s.start();
    CHECK(store::read_audit_head(s.head_file(), s.vault).value()->seq == 2);
}

TEST_CASE("a migration and a changed master key are rows", "[unit][store]") {
    StartScene s;
    s.start({0, {}});
    s.start({7, "0badc0de"});
    REQUIRE(s.rows().size() == 3);
    CHECK(s.rows()[1].action == "database migrated");
    CHECK(s.rows()[1].before == "{\"schema\":7}");
    CHECK(s.rows()[0].action == "master key changed");
    CHECK(s.rows()[0].before == "{\"key_id\":\"0badc0de\"}");
    CHECK(s.chain_with_head().faults == 0);
}

TEST_CASE("rows cut off the end stay told, whether or not the database counts them", "[unit][store]") {
    for (const bool counted : {true, false}) {
        CAPTURE(counted);
        StartScene s;
        s.start({0, {}});
        s.add(5);
        s.keep_head();
        s.tamper("DELETE FROM audit WHERE seq > 4");
        if (!counted) s.tamper("UPDATE sqlite_sequence SET seq = 4 WHERE name = 'audit'");
        s.start();
        const auto newest = s.rows()[0];
        CHECK(newest.seq == 7);
        CHECK(newest.action == store::rows_missing);
        CHECK(newest.before == "{\"newest\":6}");
        CHECK(newest.after == "{\"newest\":4}");
        s.start();
        s.add(1);
        CHECK(s.rows().size() == 6);
        CHECK(s.chain().faults == 0);
        CHECK(s.chain().told_gaps == 1);
    }
}

TEST_CASE("a file of the newest row that is gone or is not ours is a row, and is made again",
          "[unit][store]") {
    for (const bool gone : {true, false}) {
        CAPTURE(gone);
        StartScene s;
        s.start({0, {}});
        std::filesystem::remove(s.head_file());
        if (!gone) std::ofstream(s.head_file()) << "1 2 3\n";
        s.start();
        CHECK(s.rows()[0].action == "audit head missing");
        CHECK(s.doubt.find("audit-head") != std::string::npos);
        CHECK(s.chain_with_head().faults == 0);
        s.start();
        CHECK(s.rows().size() == 2);
        CHECK(s.doubt.empty());
        CHECK(s.chain_with_head().unproven == 2);
    }
}

TEST_CASE("an audit that was emptied stays told, though nothing counts its rows any more", "[unit][store]") {
    for (const bool head_is_gone : {true, false}) {
        CAPTURE(head_is_gone);
        StartScene s;
        s.start({0, {}});
        s.add(5);
        s.tamper("DELETE FROM audit");
        s.tamper("DELETE FROM sqlite_sequence WHERE name = 'audit'");
        if (head_is_gone) std::filesystem::remove(s.head_file());
        s.start();
        CHECK_FALSE(s.doubt.empty());
        s.add(1);
        s.start();
        CHECK(s.doubt.empty());
        const auto chain = s.chain_with_head();
        CHECK((chain.unproven > 0 || chain.told_gaps > 0));
    }
}

}  // namespace audienced::unit::store_note_start_test
