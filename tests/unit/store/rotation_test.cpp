#include "store/rotation.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "sealed_state.hpp"
#include "vault/master_key.hpp"

namespace audienced::unit::store_rotation_test {

using namespace audienced;
using namespace audienced::test;

namespace {

/// "table.column" of each cell of the whole database that was sealed under the key with this id: what is
/// sealed somewhere new is found too.
std::vector<std::string> sealed_under(store::Database& db, const std::string& key_id) {
    std::vector<std::string> columns, found;
    auto& schema = db.prepare(
        "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'");
    while (schema.step().value()) columns.push_back("\"" + schema.text(0) + "\".\"" + schema.text(1) + "\"");
    for (const std::string& column : columns) {
        const std::string table = column.substr(0, column.find('.'));
        const std::string sql = "SELECT 1 FROM " + table + " WHERE typeof(" + column +
                                ") = 'blob' AND hex(substr(" + column + ", 1, 5)) = upper('01" + key_id +
                                "')";
        auto& query = db.prepare(std::string_view(sql));
        while (query.step().value()) found.push_back(column);
    }
    return found;
}

}  // namespace

TEST_CASE("after a rotation everything opens under the new key alone, and every hash is the same",
          "[unit][store]") {
    State s;
    const auto destinations = fill(s);
    auto fresh = s.vault.under(master_key('f'));
    CHECK(store::begin_rotation(s.db, s.vault, fresh, {}).value().values == 1 + 3);
    check_all(s.db, store::open_vault(s.db, master_key('f')).value(),
              destinations);  // whatever is left to do
    CHECK(store::reseal_rest(s.db, fresh).value().values == 2250 + 3);
    CHECK(!fresh.has_former());
    CHECK(sealed_under(s.db, s.vault.key_id()).empty());
    CHECK(sealed_under(s.db, fresh.key_id()).size() == 1 + 3 + 2250 + 3);
    CHECK(fresh.members().member("a") == s.member("a"));
    check_all(s.db, store::open_vault(s.db, master_key('f')).value(), destinations);
    CHECK(store::open_vault(s.db, master_key()).error().code == Errc::bad_config);
    CHECK(!store::get_credentials(s.db, s.vault, "news"));
}

TEST_CASE("a damaged secret ends a rotation before it began; of the members it is left as it is",
          "[unit][store]") {
    State s;
    fill(s);
    auto fresh = s.vault.under(master_key('f'));
    SECTION("of a connection") {
        REQUIRE(s.db.execute("UPDATE secrets SET sealed = x'0102' WHERE name = 'refresh_token'"));
        CHECK(store::begin_rotation(s.db, s.vault, fresh, {}).error().code == Errc::store_corrupt);
        CHECK(store::open_vault(s.db, master_key()));
        CHECK(store::get_source_secret(s.db, s.vault, "crm", "password").value().reveal() == "pw");
    }
    SECTION("of a member") {
        REQUIRE(s.db.execute(
            "UPDATE contacts SET address = x'0102' WHERE member = (SELECT max(member) FROM contacts WHERE "
            "address IS NOT NULL); UPDATE intents SET records = x'0102' WHERE id = (SELECT max(id) FROM "
            "intents)"));
        REQUIRE(store::begin_rotation(s.db, s.vault, fresh, {}));
        const auto rest = store::reseal_rest(s.db, fresh).value();
        CHECK(rest.values == 2250 + 3 - 2);
        CHECK(rest.unreadable == 2);
        CHECK(store::open_vault(s.db, master_key('f')));
    }
}

TEST_CASE("a rotation goes on in steps, and what is sealed meanwhile is sealed under the new key",
          "[unit][store]") {
    State s;
    const auto destinations = fill(s);
    auto fresh = s.vault.under(master_key('f'));
    REQUIRE(store::begin_rotation(s.db, s.vault, fresh, {}));
    store::ResealPlace place;
    store::Resealed count;
    int steps = 0;
    for (; !store::reseal_some(s.db, fresh, place, 100, count).value(); ++steps) {
        check_all(s.db, fresh, destinations);
        if (steps == 3)
            fresh = store::open_vault(s.db, master_key('f')).value();  // a restart: it begins anew
        if (steps == 3) place = {};
        store::Contact late;
        late.member = fresh.members().member("late" + std::to_string(steps));
        late.address = "late@example.com";
        REQUIRE(store::put_contact(s.db, fresh, destinations[0], late));
    }
    CHECK(steps > 2250 / 100);
    CHECK(count.values == 2250 + 3);
    CHECK(sealed_under(s.db, s.vault.key_id()).empty());
}

TEST_CASE("a rotation leaves one row in the audit, with the ids of both keys", "[unit][store]") {
    State s;
    fill(s);
    auto fresh = s.vault.under(master_key('f'));
    store::AuditRow by;
    by.user = "ann";
    REQUIRE(store::begin_rotation(s.db, s.vault, fresh, by));
    const auto rows = store::list_audit(s.db, 10).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].action == "keys rotate");
    CHECK(rows[0].user == "ann");
    CHECK(rows[0].before == "{\"key\":\"" + s.vault.key_id() + "\"}");
    CHECK(rows[0].after == "{\"key\":\"" + fresh.key_id() + "\"}");
}

TEST_CASE("keys rotate brings a new key file, and the next start opens with it", "[unit][store]") {
    State s;
    auto vault = store::open_vault(s.db, master_key()).value();
    // From a key file of its own: the sample vault has none.
    s.dir.write("state/master.key", std::string(32, 'k'));
    REQUIRE(::chmod((s.path() + "/master.key").c_str(), 0600) == 0);
    s.vault = store::open_vault(s.db, s.path()).value();
    const auto destinations = fill(s);
    REQUIRE(store::begin_rotation(s.db, vault, s.path(), {}));
    CHECK(s.dir.read("state/master.key") != std::string(32, 'k'));
    CHECK(::access((s.path() + "/master.key.new").c_str(), F_OK) != 0);
    check_all(s.db, vault, destinations);
    check_all(s.db, store::open_vault(s.db, s.path()).value(), destinations);
}

TEST_CASE("a change of keys that was cut short is finished or forgotten at the next start", "[unit][store]") {
    State s;
    s.dir.write("state/master.key", std::string(32, 'k'));
    REQUIRE(::chmod((s.path() + "/master.key").c_str(), 0600) == 0);
    const auto destinations = fill(s);
    const auto staged = vault::stage_master_key(s.path()).value();
    SECTION("before the database was sealed again") {
        check_all(s.db, store::open_vault(s.db, s.path()).value(), destinations);
        CHECK(s.dir.read("state/master.key") == std::string(32, 'k'));
    }
    SECTION("after it") {
        auto fresh = s.vault.under(staged);
        REQUIRE(store::begin_rotation(s.db, s.vault, fresh, {}));
        check_all(s.db, store::open_vault(s.db, s.path()).value(), destinations);
        CHECK(s.dir.read("state/master.key") == staged.reveal());
    }
    SECTION("and is not begun again on top") {
        CHECK(store::begin_rotation(s.db, s.vault, s.path(), {}).error().code == Errc::wrong_state);
        return;
    }
    CHECK(::access((s.path() + "/master.key.new").c_str(), F_OK) != 0);
}

TEST_CASE("a new credential is followed when the old one is given beside it", "[unit][store]") {
    State s;
    const auto destinations = fill(s);
    TempDir given;
    given.write("master-key", std::string(32, 'n'));
    Credentials credentials(given.path().string());
    CHECK(store::open_vault(s.db, s.path()).error().code == Errc::bad_config);
    CHECK(store::begin_rotation(s.db, s.vault, s.path(), {}).error().code == Errc::wrong_state);
    given.write("master-key-old", std::string(32, 'x'));
    CHECK(store::open_vault(s.db, s.path()).error().code == Errc::bad_config);
    given.write("master-key-old", std::string(32, 'k'));
    check_all(s.db, store::open_vault(s.db, s.path()).value(), destinations);
    // From then on the old one is not needed any more, though not everything is sealed anew.
    ::unlink((given.path() / "master-key-old").c_str());
    auto opened = store::open_vault(s.db, s.path()).value();
    CHECK(opened.has_former());
    SECTION("and the rest is sealed later") {
        REQUIRE(store::reseal_rest(s.db, opened));
        CHECK(sealed_under(s.db, s.vault.key_id()).empty());
        check_all(s.db, store::open_vault(s.db, master_key('n')).value(), destinations);
    }
    SECTION("or before the next credential is followed") {
        given.write("master-key-old", std::string(32, 'n'));
        given.write("master-key", std::string(32, 'p'));
        auto next = store::open_vault(s.db, s.path()).value();
        CHECK(sealed_under(s.db, s.vault.key_id()).empty());
        check_all(s.db, next, destinations);
    }
}

// By hand: unit_store "[million]". Prints what docs/decisions/store.md says.
TEST_CASE("a rotation of a million contacts takes short steps", "[.][million]") {
    using Clock = std::chrono::steady_clock;
    const auto ms = [](Clock::duration d) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
    };
    State s;
    const auto destination = bind(s, define_sample(s));
    {
        auto at_once = store::Transaction::begin(s.db).value();
        for (int i = 0; i < 1'000'000; ++i) {
            store::Contact contact;
            contact.address = name_of(i) + "@example.com";
            contact.member = s.member(contact.address);
            REQUIRE(store::put_contact(s.db, s.vault, destination, contact));
        }
        REQUIRE(at_once.commit());
    }
    auto fresh = s.vault.under(master_key('f'));
    const auto begin = Clock::now();
    REQUIRE(store::begin_rotation(s.db, s.vault, fresh, {}));
    const auto first = Clock::now() - begin;
    store::ResealPlace place;
    store::Resealed count;
    Clock::duration longest{};
    for (bool ended = false; !ended;) {
        const auto step = Clock::now();
        ended = store::reseal_some(s.db, fresh, place, 2'000, count).value();
        longest = std::max(longest, Clock::now() - step);
    }
    CHECK(count.values == 1'000'000);
    WARN("first step " << ms(first) << " ms, all " << ms(Clock::now() - begin) << " ms, longest step "
                       << ms(longest) << " ms");
}

}  // namespace audienced::unit::store_rotation_test
