#include "store/keys.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "sealed_state.hpp"
#include "store/backup.hpp"

namespace audienced::unit::store_keys_test {

using namespace audienced;
using namespace audienced::test;

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
