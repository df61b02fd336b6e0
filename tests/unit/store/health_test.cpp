#include "store/health.hpp"

#include <filesystem>
#include <fstream>

#include "audit_scene.hpp"

namespace audienced::unit::store_health_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct HealthScene : AuditScene {
    HealthScene() {
        define_sample(*this);
        add(5);
        keep_head();
    }
    result<store::Health> look(bool full = false) { return store::examine(path(), vault, full, {}); }
    std::int64_t number(const char* sql) {
        auto& query = db.prepare(sql);
        REQUIRE(query.step());
        const auto out = query.integer(0);
        query.reset();
        return out;
    }
};

}  // namespace

TEST_CASE("a sound database is looked at while it is open elsewhere, and stays as it is", "[unit][store]") {
    HealthScene s;
    for (const bool full : {false, true}) {
        const auto health = s.look(full).value();
        CHECK(!health.damage);
        CHECK(!health.audit_unread);
        CHECK(health.audit.faults == 0);
        CHECK(health.audit.rows == 5);
        CHECK(health.has_head);
    }
    // An open transaction is neither waited for nor seen.
    auto transaction = store::Transaction::begin(s.db);
    s.add(1);
    CHECK(s.look().value().audit.rows == 5);
    REQUIRE(transaction->commit());
    CHECK(s.look().value().audit.rows == 6);
}

TEST_CASE("damage, a changed row and a file of another program are all told", "[unit][store]") {
    HealthScene s;
    s.tamper("UPDATE audit SET user = 'eve' WHERE seq = 4");
    std::ofstream(s.head_file()) << "nonsense";
    auto health = s.look().value();
    CHECK(health.audit.first == store::AuditFault{store::AuditFault::Kind::changed, 4, 4});
    CHECK(health.head_fault.has_value());
    CHECK(health.damage.has_value());  // the triggers are gone
    REQUIRE(s.db.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    const auto page = s.number("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'");
    const auto size = s.number("PRAGMA page_size");
    {
        std::fstream file(s.file(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp((page - 1) * size);
        file << std::string(static_cast<std::size_t>(size), '\xff');
    }
    health = s.look().value();
    REQUIRE(health.damage.has_value());
    CHECK(health.damage->code == Errc::store_corrupt);
    CHECK(health.audit_unread.has_value());
}

TEST_CASE("a database that is gone is not made again, and a look that is ended says so", "[unit][store]") {
    HealthScene s;
    std::stop_source stop;
    stop.request_stop();
    CHECK(store::examine(s.path(), s.vault, true, stop.get_token()).error().code == Errc::cancelled);
    std::filesystem::rename(s.file(), s.file() + ".away");
    CHECK(s.look().error().code == Errc::not_found);
    CHECK(!std::filesystem::exists(s.file()));
}

}  // namespace audienced::unit::store_health_test
