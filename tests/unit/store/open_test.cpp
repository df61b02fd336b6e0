#include "store/open.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state.hpp"
#include "store/backup.hpp"
#include "store/migrate.hpp"

namespace audienced::unit::store_open_test {

using namespace audienced;
using namespace audienced::test;

namespace {

std::int64_t pragma(store::Database& db, const std::string& name) {
    auto& query = db.prepare("PRAGMA " + name);
    REQUIRE(query.step().value());
    const auto value = query.integer(0);
    query.reset();
    return value;
}

int mode_of(const std::string& path) {
    struct stat st {};
    REQUIRE(::stat(path.c_str(), &st) == 0);
    return st.st_mode & 07777;
}

/// A database of another program, with plain SQLite.
void make_file(const std::string& path, const std::string& sql) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(db);
    ::chmod(path.c_str(), 0600);
}

}  // namespace

TEST_CASE("a new state directory is private and its database is set up as promised", "[unit][store]") {
    State s;
    CHECK(mode_of(s.path()) == 0700);
    for (const char* file : {"/audienced.db", "/audienced.db-wal", "/lock"})
        CHECK(mode_of(s.path() + file) == 0600);
    CHECK(pragma(s.db, "synchronous") == 2);
    CHECK(pragma(s.db, "foreign_keys") == 1);
    CHECK(pragma(s.db, "secure_delete") == 1);
    CHECK(pragma(s.db, "trusted_schema") == 0);
    CHECK(pragma(s.db, "mmap_size") == 0);
    CHECK(pragma(s.db, "application_id") == store::application_id);
    CHECK(pragma(s.db, "user_version") == 1);
    auto& lax = s.db.prepare(
        "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 0 "
        "AND type = 'table' AND name NOT LIKE 'sqlite%'");
    REQUIRE(lax.step().value());
    CHECK(lax.integer(0) == 0);
}

TEST_CASE("a second daemon on the same state directory is refused, with the process that holds it",
          "[unit][store]") {
    State s;
    auto second = store::open_state(s.path());
    REQUIRE(!second);
    CHECK(second.error().code == Errc::store_busy);
    CHECK(second.error().message.find(std::to_string(::getpid())) != std::string::npos);
}

TEST_CASE("the lock is released when its holder ends", "[unit][store]") {
    TempDir dir;
    const std::string path = (dir.path() / "state").string();
    { auto first = store::open_state(path).value(); }
    CHECK(store::open_state(path));
}

TEST_CASE("a state directory that others may write to is refused with the command that fixes it",
          "[unit][store]") {
    TempDir dir;
    const std::string path = (dir.path() / "state").string();
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    REQUIRE(::chmod(path.c_str(), 0770) == 0);
    auto opened = store::open_state(path);
    REQUIRE(!opened);
    CHECK(opened.error().code == Errc::bad_config);
    CHECK(opened.error().hint.find("chmod 700") != std::string::npos);
    CHECK(store::open_state((dir.path() / "no" / "parent").string()).error().code == Errc::bad_config);
}

TEST_CASE(
    "files of the state that belong to another user are all named, with the command that gives them back",
    "[unit][store]") {
    if (::geteuid() != 0) return;  // only root can give files away
    TempDir dir;
    const std::string path = (dir.path() / "state").string();
    { auto made = store::open_state(path).value(); }
    REQUIRE(::chown(dir.write("state/lost+found", "").c_str(), 4321, 4321) == 0);
    CHECK(store::open_state(path));
    // A restore by root: the folder is the daemon's, what lies in it is root's.
    REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
    REQUIRE(::chown(path.c_str(), 4321, 4321) == 0);
    const auto refused = [&] {
        REQUIRE(::seteuid(4321) == 0);
        auto opened = store::open_state(path);
        REQUIRE(::seteuid(0) == 0);
        REQUIRE(!opened);
        CHECK(opened.error().code == Errc::bad_config);
        return opened.error().text();
    };
    const std::string said = refused();
    INFO(said);
    for (const char* word :
         {"audienced.db", "lock", "belong to the user root", "runs as 4321", "chown -R 4321:", path.c_str()})
        CHECK(said.find(word) != said.npos);
    CHECK(said.find("lost+found") == said.npos);
    // And by hand as root on what is the service's: not given to root, which would lock the service out.
    auto by_root = store::open_state(path);
    REQUIRE(!by_root);
    CHECK(by_root.error().code == Errc::bad_config);
    CHECK(by_root.error().text().find("systemctl start audienced") != std::string::npos);
    CHECK(by_root.error().text().find("chown") == std::string::npos);
}

TEST_CASE(
    "a state directory that cannot be written or entered is a mistake to be mended, not a failure to retry",
    "[unit][store]") {
    if (::geteuid() != 0) return;
    TempDir dir;
    REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
    const std::string path = (dir.path() / "state").string();
    REQUIRE(::mkdir(path.c_str(), 0500) == 0);
    REQUIRE(::chown(path.c_str(), 4321, 4321) == 0);
    const auto code_as_daemon = [&](const std::string& where) {
        REQUIRE(::seteuid(4321) == 0);
        auto opened = store::open_state(where);
        REQUIRE(::seteuid(0) == 0);
        REQUIRE(!opened);
        INFO(opened.error().text());
        CHECK(opened.error().text().find(where) != std::string::npos);
        CHECK(opened.error().text().find("4321") != std::string::npos);
        return opened.error().code;
    };
    CHECK(code_as_daemon(path) == Errc::bad_config);                          // not writable
    CHECK(code_as_daemon(dir.path().string() + "/new") == Errc::bad_config);  // a parent of root's
    REQUIRE(::chmod(dir.path().c_str(), 0700) == 0);
    CHECK(code_as_daemon(path) == Errc::bad_config);  // cannot be entered
}

TEST_CASE("a file that is not ours or is newer is refused and stays byte for byte", "[unit][store]") {
    struct Row {
        const char* what;
        std::string sql;
        Errc code;
    };
    const auto row = GENERATE(
        Row{"a foreign application", "PRAGMA application_id = 7; CREATE TABLE t(x)", Errc::bad_config},
        Row{"no application at all", "CREATE TABLE t(x); INSERT INTO t VALUES(1)", Errc::bad_config},
        Row{"a foreign one in WAL mode", "PRAGMA journal_mode = WAL; CREATE TABLE t(x)", Errc::bad_config},
        Row{"newer", "PRAGMA application_id = 1096106820; PRAGMA user_version = 999; CREATE TABLE t(x)",
            Errc::wrong_state});
    INFO(row.what);
    TempDir dir;
    REQUIRE(::chmod(dir.path().c_str(), 0700) == 0);
    make_file((dir.path() / "audienced.db").string(), row.sql);
    const std::string before = dir.read("audienced.db");
    auto opened = store::open_state(dir.path().string());
    REQUIRE(!opened);
    CHECK(opened.error().code == row.code);
    CHECK(opened.error().message.find("audienced.db") != std::string::npos);
    CHECK(dir.read("audienced.db") == before);
}

TEST_CASE("a newer file that was left with a full log keeps its log", "[unit][store]") {
    TempDir dir;
    REQUIRE(::chmod(dir.path().c_str(), 0700) == 0);
    const std::string path = (dir.path() / "audienced.db").string();
    // The child is killed with its changes in the log alone.
    const pid_t child = ::fork();
    if (child == 0) {
        sqlite3* db = nullptr;
        sqlite3_open(path.c_str(), &db);
        sqlite3_exec(
            db,
            "PRAGMA journal_mode = WAL; PRAGMA application_id = 1096106820; PRAGMA user_version = 999;"
            "CREATE TABLE t(x)",
            nullptr, nullptr, nullptr);
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    const std::string file = dir.read("audienced.db"), log = dir.read("audienced.db-wal");
    REQUIRE(!log.empty());
    auto opened = store::open_state(dir.path().string());
    REQUIRE(!opened);
    CHECK(opened.error().code == Errc::wrong_state);
    CHECK(dir.read("audienced.db") == file);
    CHECK(dir.read("audienced.db-wal") == log);
}

TEST_CASE("an older file is copied before it is migrated, and a step that fails changes nothing",
          "[unit][store]") {
    State s;
    define_sample(s);
    const store::Migration good[] = {
        {1, store::embedded_migrations[0].sql}, {2, "CREATE TABLE more(x INTEGER) STRICT;"}, {0, nullptr}};
    const store::Migration bad[] = {{1, good[0].sql},
                                    {2, "CREATE TABLE more(x INTEGER) STRICT; INSERT INTO nowhere VALUES(1)"},
                                    {0, nullptr}};
    auto failed = store::migrate(s.db, bad);
    REQUIRE(!failed);
    CHECK(pragma(s.db, "user_version") == 1);
    CHECK(store::check_schema(s.db));  // no half table

    REQUIRE(store::migrate(s.db, good));
    CHECK(pragma(s.db, "user_version") == 2);
    CHECK(store::get_export(s.db, "weekly"));
    const std::string copy = s.file() + ".before-2";
    CHECK(mode_of(copy) == 0600);
    auto old = store::Database::open(copy).value();
    CHECK(pragma(old, "user_version") == 1);
    CHECK(store::get_export(old, "weekly"));
    auto refused = store::migrate(s.db);  // an older program again
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::wrong_state);
}

TEST_CASE("a file with a changed schema is named as damaged", "[unit][store]") {
    TempDir dir;
    const std::string path = (dir.path() / "state").string();
    { auto made = store::open_state(path).value(); }
    make_file(path + "/audienced.db", "DROP TABLE deferred_rejects");
    auto opened = store::open_state(path);
    REQUIRE(!opened);
    CHECK(opened.error().code == Errc::store_corrupt);
    CHECK(opened.error().message.find("audienced.db") != std::string::npos);
}

TEST_CASE("one damaged bit or byte never crashes the start, and the file stays as it is", "[unit][store]") {
    TempDir dir;
    const std::string path = (dir.path() / "state").string();
    {
        auto made = store::open_state(path).value();
        auto vault = store::open_vault(made.db, master_key()).value();
        REQUIRE(store::add_source(made.db, vault, sample_source(), {}));
        REQUIRE(store::scrub(made.db));
    }
    const std::string whole = dir.read("state/audienced.db");
    std::size_t refused = 0, tried = 0;
    const auto try_with = [&](const std::string& content) {
        dir.write("state/audienced.db", content);
        ::chmod((path + "/audienced.db").c_str(), 0600);
        for (const char* side : {"-wal", "-shm"}) ::unlink((path + "/audienced.db" + side).c_str());
        ++tried;
        auto opened = store::open_state(path);
        if (opened) {
            (void)store::list_sources(opened->db);
            (void)store::open_vault(opened->db, master_key());
            return;
        }
        ++refused;
        const Errc code = opened.error().code;
        INFO(opened.error().text());
        CHECK((code == Errc::store_corrupt || code == Errc::bad_config || code == Errc::wrong_state ||
               code == Errc::store_failed));
        CHECK(opened.error().message.find("audienced.db") != std::string::npos);
        if (code == Errc::bad_config || code == Errc::wrong_state)
            CHECK(dir.read("state/audienced.db") == content);
    };
    // Every bit of the file header and of the first page's, then a bit in every 97 bytes.
    for (std::size_t bit = 0; bit < 112 * 8; ++bit) {
        std::string damaged = whole;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        try_with(damaged);
    }
    for (std::size_t at = 112; at < whole.size(); at += 97) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        try_with(damaged);
    }
    for (std::size_t size :
         {std::size_t{1}, std::size_t{99}, std::size_t{4096}, whole.size() / 2, whole.size() - 1})
        try_with(whole.substr(0, size));
    CHECK(refused > 100);
    CHECK(tried > 1000);
}

}  // namespace audienced::unit::store_open_test
