#include "store/keys.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "state.hpp"
#include "store/backup.hpp"
#include "store/contacts.hpp"
#include "store/intents.hpp"
#include "vault/master_key.hpp"

namespace audienced::unit::store_keys_test {

using namespace audienced;
using namespace audienced::test;

namespace {

constexpr int contacts = 2500;

std::string name_of(int i) {
    return "m" + std::to_string(i);
}
/// Contacts lie at two destinations, in more than one page of either.
model::DestinationId at(const std::vector<model::DestinationId>& destinations, int i) {
    return destinations[i % 5 < 2 ? 0 : 1];
}

/// Something sealed of every sort.
std::vector<model::DestinationId> fill(State& s) {
    const auto id = define_sample(s);
    const std::vector destinations{bind(s, id), bind(s, define_export(s, "other"), "acc1/aud2")};
    auto at_once = store::Transaction::begin(s.db).value();
    model::Credentials c;
    c.api_key = Secret("the-key");
    c.refresh_token = Secret("the-token");
    REQUIRE(store::put_credentials(s.db, s.vault, "news", c));
    for (int i = 0; i < contacts; ++i) {
        store::Contact contact;
        contact.member = s.member(name_of(i));
        if (i % 10 != 0) contact.address = name_of(i) + "@example.com";
        REQUIRE(store::put_contact(s.db, s.vault, at(destinations, i), contact));
    }
    for (int i = 0; i < 3; ++i) {
        store::Intent intent;
        intent.destination = destinations[0];
        intent.export_id = id;
        intent.seq = i;
        REQUIRE(store::put_intent(s.db, s.vault, intent, "records of " + name_of(i)));
    }
    REQUIRE(at_once.commit());
    return destinations;
}

void check_all(store::Database& db, const vault::Vault& vault,
               const std::vector<model::DestinationId>& destinations) {
    CHECK(store::get_source_secret(db, vault, "crm", "password").value().reveal() == "pw");
    auto credentials = store::get_credentials(db, vault, "news").value();
    CHECK(credentials.api_key.reveal() == "the-key");
    CHECK(credentials.refresh_token.reveal() == "the-token");
    for (int i = 0; i < contacts; ++i) {
        const auto member = vault.members().member(name_of(i));
        const auto contact = store::find_contact(db, vault, at(destinations, i), member).value();
        REQUIRE(contact);
        REQUIRE(contact->address == (i % 10 != 0 ? name_of(i) + "@example.com" : ""));
    }
    const auto intents = store::list_intents(db, destinations[0]).value();
    REQUIRE(intents.size() == 3);
    for (const auto& intent : intents)
        CHECK(store::intent_records(db, vault, intent.id).value() ==
              "records of " + name_of(static_cast<int>(intent.seq)));
}

struct Credentials {
    explicit Credentials(const std::string& dir) { ::setenv("CREDENTIALS_DIRECTORY", dir.c_str(), 1); }
    ~Credentials() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
};

}  // namespace

TEST_CASE("the hashes of a database stay the same from start to start, and differ between installations",
          "[unit][store]") {
    State s, other;
    auto again = store::open_vault(s.db, master_key()).value();
    CHECK(again.members().member("a") == s.member("a"));
    CHECK(again.values().short_value("a") == s.vault.values().short_value("a"));
    CHECK(other.member("a") != s.member("a"));
}

TEST_CASE("another master key is refused with what to do", "[unit][store]") {
    State s;
    auto wrong = store::open_vault(s.db, master_key('x'));
    REQUIRE(!wrong);
    CHECK(wrong.error().code == Errc::bad_config);
    CHECK(wrong.error().hint.find("master.key") != std::string::npos);
}

TEST_CASE("after a rotation everything opens under the new key alone, and every hash is the same",
          "[unit][store]") {
    State s;
    const auto destinations = fill(s);
    auto fresh = s.vault.under(master_key('f'));
    CHECK(store::rotate_keys(s.db, s.vault, fresh).value() == 1 + 3 + 2250 + 3);
    CHECK(fresh.members().member("a") == s.member("a"));
    check_all(s.db, store::open_vault(s.db, master_key('f')).value(), destinations);
    CHECK(store::open_vault(s.db, master_key()).error().code == Errc::bad_config);
    CHECK(!store::get_credentials(s.db, s.vault, "news"));
}

TEST_CASE("a rotation that meets a damaged value changes nothing", "[unit][store]") {
    State s;
    fill(s);
    REQUIRE(s.db.execute(
        GENERATE("UPDATE contacts SET address = x'0102' WHERE member = (SELECT max(member) FROM contacts "
                 "WHERE address "
                 "IS NOT NULL)",
                 "UPDATE intents SET records = x'0102' WHERE id = (SELECT max(id) FROM intents)")));
    auto done = store::rotate_keys(s.db, s.vault, s.vault.under(master_key('f')));
    REQUIRE(!done);
    CHECK(done.error().code == Errc::store_corrupt);
    CHECK(store::open_vault(s.db, master_key()));
    CHECK(store::get_credentials(s.db, s.vault, "news").value().api_key.reveal() == "the-key");
}

TEST_CASE("keys rotate brings a new key file, and the next start opens with it", "[unit][store]") {
    State s;
    auto vault = store::open_vault(s.db, master_key()).value();
    // From a key file of its own: the sample vault has none.
    s.dir.write("state/master.key", std::string(32, 'k'));
    REQUIRE(::chmod((s.path() + "/master.key").c_str(), 0600) == 0);
    s.vault = store::open_vault(s.db, s.path()).value();
    const auto destinations = fill(s);
    REQUIRE(store::rotate_master_key(s.db, vault, s.path()));
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
        REQUIRE(store::rotate_keys(s.db, s.vault, s.vault.under(staged)));
        check_all(s.db, store::open_vault(s.db, s.path()).value(), destinations);
        CHECK(s.dir.read("state/master.key") == staged.reveal());
    }
    SECTION("and is not begun again on top") {
        CHECK(store::rotate_master_key(s.db, s.vault, s.path()).error().code == Errc::wrong_state);
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
    CHECK(store::rotate_master_key(s.db, s.vault, s.path()).error().code == Errc::wrong_state);
    given.write("master-key-old", std::string(32, 'x'));
    CHECK(store::open_vault(s.db, s.path()).error().code == Errc::bad_config);
    given.write("master-key-old", std::string(32, 'k'));
    check_all(s.db, store::open_vault(s.db, s.path()).value(), destinations);
    check_all(s.db, store::open_vault(s.db, master_key('n')).value(), destinations);
}

TEST_CASE("a backup is a whole private file that opens under the same key, without what was deleted",
          "[unit][store]") {
    State s;
    const auto destinations = fill(s);
    REQUIRE(s.db.execute(
        "CREATE TABLE note(t TEXT) STRICT; INSERT INTO note VALUES('canary-in-a-page'); DROP TABLE note"));
    const std::string to = (s.dir.path() / "copy.db").string();
    REQUIRE(store::backup_to(s.db, to));
    REQUIRE(store::backup_to(s.db, to));  // over the one before
    CHECK(s.dir.read("copy.db").find("canary") == std::string::npos);
    CHECK(::access((to + "-wal").c_str(), F_OK) != 0);
    struct stat st {};
    REQUIRE(::stat(to.c_str(), &st) == 0);
    CHECK((st.st_mode & 0777) == 0600);
    auto copy = store::Database::open(to).value();
    check_all(copy, store::open_vault(copy, master_key()).value(), destinations);
    auto nowhere = store::backup_to(s.db, (s.dir.path() / "no" / "copy.db").string());
    CHECK(nowhere.error().code == Errc::store_failed);
}

TEST_CASE("after a scrub a deleted value is in no file of the database", "[unit][store]") {
    State s;
    const auto in_files = [&] {
        return s.dir.read("state/audienced.db").find("canary") != std::string::npos ||
               s.dir.read("state/audienced.db-wal").find("canary") != std::string::npos;
    };
    REQUIRE(store::add_source(s.db, s.vault, {"canary", "csv", {}, {}}, {}));
    REQUIRE(store::scrub(s.db));
    CHECK(in_files());
    REQUIRE(store::remove_source(s.db, "canary"));
    CHECK(in_files());  // the log and the page below it: why there is a scrub
    REQUIRE(store::scrub(s.db));
    CHECK(!in_files());
}

}  // namespace audienced::unit::store_keys_test
