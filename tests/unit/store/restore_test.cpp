#include "store/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sealed_state.hpp"
#include "store/backup.hpp"
#include "store/forget_journal.hpp"
#include "store/held_runs.hpp"
#include "store/memberships.hpp"
#include "store/schedules.hpp"
#include "store/take_over.hpp"

namespace audienced::unit::store_restore_test {

using namespace audienced;
using namespace audienced::test;

namespace {

/// A backup of the state, in a file beside it.
std::string backup_of(const State& s, std::int64_t at = 7000) {
    store::BackupRequest request;
    request.state_dir = s.path();
    request.by = "ann";
    request.at = from_unix(at);
    auto file = store::make_backup(request).value();
    std::string bytes(file.size, '\0');
    REQUIRE(::pread(file.fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    const std::string path = (s.dir.path() / "backup.db").string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

/// A folder that a daemon left: its database and its key.
struct Folder {
    TempDir dir;
    std::string path = (dir.path() / "state").string();
    explicit Folder(char key = 'k') {
        std::filesystem::create_directory(path);
        ::chmod(path.c_str(), 0700);
        if (key == 0) return;
        dir.write("state/master.key", std::string(32, key));
        ::chmod((path + "/master.key").c_str(), 0600);
    }
    result<store::Restored> restore(const std::string& file) const {
        store::RestoreRequest request;
        request.state_dir = path;
        request.file = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        request.name = file;
        request.by = "root";
        request.now = from_unix(9000);
        auto done = store::restore(request);
        ::close(request.file);
        return done;
    }
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(path))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
};

}  // namespace

TEST_CASE("a restored state says so, has no runs to go on with, and will read everything anew",
          "[unit][store]") {
    State s;
    fill(s);
    REQUIRE(store::queue_run(s.db, sample_run()));
    REQUIRE(
        s.db.execute("UPDATE destinations SET since = 5, full_at = 6, full_pulls = 1; "
                     "UPDATE exports SET existing = 'add' WHERE name = 'weekly'; "
                     "INSERT INTO groups(destination, id, title, is_list, scanned, had_members) VALUES(1, "
                     "'x', 'X', 1, 1, 0); "
                     "INSERT INTO retries VALUES('weekly', 1, 1, 1); INSERT INTO telling_ids VALUES(1, 5)"));
    const Folder to;
    const auto done = to.restore(backup_of(s)).value();
    CHECK(to_unix(done.backup_at) == 7000);
    CHECK(done.backup_by == "ann");
    CHECK(done.kept_aside.empty());
    CHECK(done.runs == 1);
    CHECK(done.open_batches == 3);
    CHECK(done.asking == std::vector<std::string>{"weekly"});
    REQUIRE(done.forgets_lost_since);
    CHECK(to_unix(*done.forgets_lost_since) == 7000);
    CHECK(to.files() == std::vector<std::string>{"audienced.db", "audit-head", "forgotten", "master.key"});

    auto opened = store::open_state(to.path).value();
    auto& db = opened.db;
    const auto origin = store::get_origin(db).value().value();
    CHECK(to_unix(*origin.restored_at) == 9000);
    CHECK(origin.restored_by == "root");
    CHECK(!origin.announced);
    CHECK(store::open_runs(db).value().empty());
    const auto run = store::get_run(db, 1).value();
    CHECK(run.status == model::RunStatus::cancelled);
    CHECK(run.reason.find("restored from the backup of 1970-01-01T01:56:40Z") != std::string::npos);
    CHECK(cell(db, "SELECT count(*) FROM destinations WHERE full_at IS NULL AND since = 5") == "2");
    CHECK(cell(db, "SELECT scanned || had_members FROM groups") == "01");
    CHECK(cell(db, "SELECT count(*) FROM exports WHERE existing = 'add'") == "0");
    CHECK(cell(db, "SELECT count(*) FROM retries") == "0");
    CHECK(cell(db, "SELECT next_id FROM telling_ids") == "1000005");
    CHECK(cell(db, "SELECT min(restored) FROM intents") == "1");
    CHECK(store::queue_run(db, sample_run()).value() == 1002);
    CHECK(store::list_audit(db, 1).value().at(0).action == "restore");
    CHECK(cell(db, "SELECT min(restored) FROM destinations") == "1");
    REQUIRE(store::set_settled_since_restore(db, "weekly"));
    CHECK(store::exports_to_settle(db).value() == std::vector<std::string>{"other"});
    REQUIRE(store::set_announced(db));
    CHECK(store::get_origin(db).value()->announced);
}

TEST_CASE("a forget of the journal outlives the restore of an older backup", "[unit][store]") {
    State s;
    fill(s);
    s.dir.write("state/master.key", std::string(32, 'k'));
    ::chmod((s.path() + "/master.key").c_str(), 0600);
    REQUIRE(store::apply_forget_journal(s.db, s.vault, s.path(), from_unix(6000)));
    const std::string backup = backup_of(s);
    const auto person = store::person_of(s.db, s.member("m7"), from_unix(8000)).value();
    REQUIRE(store::write_forget(s.path(), store::journal_root(s.vault), person));
    const Folder to;
    std::filesystem::copy(s.path() + "/forgotten", to.path + "/forgotten");
    const auto done = to.restore(backup).value();
    CHECK(done.forgets == 1);
    CHECK(!done.forgets_lost_since);
    auto opened = store::open_state(to.path).value();
    CHECK(store::forgotten_members(opened.db).value() == std::vector{s.member("m7")});
}

TEST_CASE("without its key, or with another one, a backup is refused, and says which key it takes",
          "[unit][store]") {
    State s;
    fill(s);
    const std::string backup = backup_of(s);
    const Folder none(0), other('x');
    auto refused = none.restore(backup);
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::bad_config);
    CHECK(refused.error().message.find(s.vault.key_id()) != std::string::npos);
    CHECK(none.files().empty());
    refused = other.restore(backup);
    REQUIRE(!refused);
    CHECK(refused.error().message.find(s.vault.key_id()) != std::string::npos);
    CHECK(refused.error().message.find(vault::Vault(master_key('x')).key_id()) != std::string::npos);
    CHECK(other.files() == std::vector<std::string>{"master.key"});
}

TEST_CASE("the database that was there is kept, and what it knows better is taken from it", "[unit][store]") {
    State s;
    fill(s);
    s.dir.write("state/master.key", std::string(32, 'k'));
    ::chmod((s.path() + "/master.key").c_str(), 0600);
    REQUIRE(s.db.execute("UPDATE connections SET auth = 'oauth', refreshed_at = 100"));
    const std::string backup = backup_of(s);
    model::Credentials newer;
    newer.refresh_token = Secret("a newer token");
    REQUIRE(store::put_credentials(s.db, s.vault, "news", newer));
    REQUIRE(
        s.db.execute("UPDATE connections SET refreshed_at = 200, consent_by = NULL, consent_at = NULL, "
                     "consent_text = NULL; "
                     "UPDATE exports SET enabled = 0 WHERE name = 'other'"));
    const Folder to;
    std::filesystem::copy(s.file(), to.path + "/audienced.db");
    REQUIRE(store::scrub(s.db));
    std::filesystem::copy(s.file(), to.path + "/audienced.db",
                          std::filesystem::copy_options::overwrite_existing);
    const auto done = to.restore(backup).value();
    CHECK(done.compared);
    CHECK(done.taken.withdrawn == std::vector<std::string>{"news"});
    CHECK(done.taken.disabled == std::vector<std::string>{"other"});
    CHECK(done.taken.tokens == std::vector<std::string>{"news"});
    CHECK(done.sign_ins.empty());
    CHECK(done.kept_aside == to.path + "/audienced.db.before-restore-19700101T023000Z");
    auto opened = store::open_state(to.path).value();
    auto vault = store::open_vault(opened.db, to.path).value();
    CHECK(store::get_credentials(opened.db, vault, "news").value().refresh_token.reveal() == "a newer token");
    CHECK(cell(opened.db, "SELECT count(*) FROM connections WHERE consent_by IS NULL") == "1");
    CHECK(cell(opened.db, "SELECT enabled FROM exports WHERE name = 'other'") == "0");
    CHECK(cell(opened.db, "SELECT enabled FROM exports WHERE name = 'weekly'") == "1");
}

TEST_CASE("what takes a permission away is taken from the database that was there; what gives one is not",
          "[unit][store]") {
    State before, after;
    fill(before);
    fill(after);
    const auto take = [](State& s, State& present, bool newer) {
        return store::take_over(s.db, s.vault, present.db, from_unix(9000), newer);
    };
    const auto set = [](State& s, const char* sql) { REQUIRE(s.db.execute(sql)); };
    set(before, "UPDATE connections SET state = 'ready', state_reason = ''");
    SECTION("a connection that stopped itself") {
        set(after, "UPDATE connections SET state = 'stopped', state_reason = 'a contact came back'");
        const auto taken = take(before, after, true).value();
        CHECK(taken.stopped == std::vector<std::string>{"news"});
        CHECK(store::list_audit(before.db, 1).value().at(0).action == "taken over at a restore");
        CHECK(cell(before.db, "SELECT state || state_reason FROM connections WHERE name = 'news'") ==
              "stoppeda contact came back");
    }
    SECTION("one that is stopped in the backup stays so, whatever its tokens brought") {
        set(before, "UPDATE connections SET auth = 'oauth', refreshed_at = 100, state = 'stopped'");
        set(after, "UPDATE connections SET auth = 'oauth', refreshed_at = 200, state = 'ready'");
        const auto taken = take(before, after, true).value();
        CHECK(taken.stopped.empty());
        CHECK(cell(before.db, "SELECT state FROM connections WHERE name = 'news'") == "stopped");
    }
    SECTION("a detached export") {
        set(after, "UPDATE exports SET connection = NULL WHERE name = 'weekly'");
        CHECK(take(before, after, true).value().detached == std::vector<std::string>{"weekly"});
        CHECK(cell(before.db, "SELECT count(*) FROM exports WHERE connection IS NULL") == "1");
    }
    SECTION("what was removed, as far as that database is the newer one") {
        set(after, "DELETE FROM exports WHERE name = 'weekly'");
        CHECK(take(before, after, false).value().disabled.empty());
        CHECK(take(before, after, true).value().disabled == std::vector<std::string>{"weekly"});
    }
}

TEST_CASE("what is no backup is refused, and nothing is left of it", "[unit][store]") {
    State s;
    fill(s);
    const Folder to;
    const std::string good = backup_of(s), bad = (s.dir.path() / "bad.db").string();
    const auto size = std::filesystem::file_size(good);
    const auto [what, code] = GENERATE(table<std::string, Errc>({{"empty", Errc::usage},
                                                                 {"text", Errc::usage},
                                                                 {"half", Errc::store_corrupt},
                                                                 {"hole", Errc::store_corrupt}}));
    std::filesystem::copy(good, bad);
    if (what == "empty") std::filesystem::resize_file(bad, 0);
    if (what == "text") std::ofstream(bad, std::ios::binary) << std::string(20'000, 'x');
    if (what == "half") std::filesystem::resize_file(bad, size / 2);
    if (what == "hole") {
        std::fstream file(bad, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(size / 2));
        file << std::string(8192, '\7');
    }
    const auto refused = to.restore(bad);
    INFO(what);
    REQUIRE(!refused);
    CHECK(refused.error().code == code);
    CHECK(refused.error().message.starts_with(bad + " is no backup of audienced: "));
    CHECK(refused.error().hint.ends_with("nothing was changed"));
    CHECK(to.files() == std::vector<std::string>{"master.key"});
}

}  // namespace audienced::unit::store_restore_test
