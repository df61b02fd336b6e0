// All of SQLite that only reads.
#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_sqlite_queries_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::TempDir;

namespace {

const char* const schema = R"(
PRAGMA synchronous = OFF;
CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, status TEXT, doc TEXT,
                     city TEXT GENERATED ALWAYS AS (json_extract(doc, '$.city')) VIRTUAL,
                     born TEXT AS (strftime('%Y', json_extract(doc, '$.born'))) STORED);
CREATE INDEX by_plan ON people (json_extract(doc, '$.plan'));
CREATE INDEX by_domain ON people (substr(email, instr(email, '@') + 1)) WHERE json_valid(doc);
INSERT INTO people (email, status, doc) VALUES
  ('a@example.org', 'active', '{"city":"Ulm","plan":"gold","born":"1980-03-14","tags":["x","y"]}'),
  ('b@example.org', 'left', '{"city":"Bonn","plan":"basic","born":"1990-01-01","tags":["y"]}');
CREATE VIEW tagged AS SELECT email, t.value AS tag FROM people, json_each(people.doc, '$.tags') AS t;
CREATE VIEW actives AS SELECT email FROM people WHERE status = "active";
CREATE VIEW columns_of AS SELECT name FROM pragma_table_info('people');
CREATE VIRTUAL TABLE notes USING fts5(email, body);
INSERT INTO notes VALUES ('a@example.org', 'asked for a catalogue'), ('b@example.org', 'complained');
CREATE VIRTUAL TABLE words USING fts5vocab(notes, 'row');
CREATE VIRTUAL TABLE old_notes USING fts4(email, body);
INSERT INTO old_notes SELECT * FROM notes;
CREATE VIRTUAL TABLE places USING rtree(id, x0, x1);
INSERT INTO places VALUES (1, 0, 1), (2, 5, 6);
)";

struct Database {
    TempDir dir;
    std::string path = (dir / "crm.db").string();
    std::unique_ptr<source::Source> source;

    explicit Database(const std::string& sql = schema) {
        sqlite3* handle = nullptr;
        REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
        char* message = nullptr;
        const int code = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message);
        INFO((message ? message : ""));
        REQUIRE(code == SQLITE_OK);
        sqlite3_close(handle);
        source = source::make({"crm", "sqlite", {{"sqlite", path}}, {}}, {}).value();
    }
    /// The first column of the rows, joined; or the error.
    std::string first_column(const std::string& query, const std::string& table = {}) {
        const auto kind = table.empty() ? model::Segment::Kind::query : model::Segment::Kind::table;
        const model::Segment segment{"seg", "crm", kind, table.empty() ? query : table, "", {}};
        auto described = source->describe(segment, {});
        if (!described)
            return std::string(to_string(described.error().code)) + ": " + described.error().text();
        KeptRows rows;
        auto r = source->read(segment, {described->columns.at(0)}, rows, {});
        if (!r) return std::string(to_string(r.error().code)) + ": " + r.error().text();
        std::string all;
        for (const auto& row : rows.rows) all += (all.empty() ? "" : " ") + row[0];
        return all;
    }
};

}  // namespace

TEST_CASE("sqlite reads all that SQLite can read", "[unit][source][sqlite]") {
    Database db;
    const auto [query, expected] = GENERATE(table<std::string, std::string>({
        {"SELECT city FROM people ORDER BY id", "Ulm Bonn"},
        {"SELECT born FROM people WHERE json_extract(doc, '$.plan') = 'gold'", "1980"},
        {"SELECT doc ->> '$.plan' FROM people ORDER BY id", "gold basic"},
        {"SELECT DISTINCT email FROM people, json_each(doc, '$.tags') WHERE value = 'y' ORDER BY 1",
         "a@example.org b@example.org"},
        {"SELECT count(*) FROM people, json_tree(doc)", "13"},
        {"SELECT tag FROM tagged ORDER BY email, tag", "x y y"},
        {"SELECT email FROM actives", "a@example.org"},
        {"SELECT name FROM columns_of WHERE name LIKE 'e%'", "email"},
        {"SELECT email FROM notes WHERE notes MATCH 'catalogue' ORDER BY rank", "a@example.org"},
        {"SELECT highlight(notes, 1, '<', '>') FROM notes('complained')", "<complained>"},
        {"SELECT term FROM words WHERE term LIKE 'cat%'", "catalogue"},
        {"SELECT email FROM old_notes WHERE old_notes MATCH 'catalog*'", "a@example.org"},
        {"SELECT id FROM places WHERE x0 > 3", "2"},
        {"SELECT name FROM pragma_table_info('people') WHERE pk", "id"},
        {"SELECT count(*) FROM pragma_index_list('people')", "2"},
        {"SELECT count(*) FROM pragma_foreign_key_check", "0"},
        {"SELECT user_version FROM pragma_user_version", "0"},
        {"SELECT first_value(email) OVER (ORDER BY id DESC) FROM people LIMIT 1", "b@example.org"},
        {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
         "1 2 3"},
        {"SELECT email FROM people WHERE email LIKE '%@EXAMPLE.org' AND status IN (SELECT value FROM "
         "json_each('[\"left\"]'))",
         "b@example.org"},
    }));
    INFO(query);
    CHECK(db.first_column(query) == expected);
}

TEST_CASE("sqlite reads views and full-text tables as tables", "[unit][source][sqlite]") {
    Database db;
    CHECK(db.first_column({}, "actives") == "a@example.org");
    CHECK(db.first_column({}, "tagged") == "a@example.org a@example.org b@example.org");
    CHECK(db.first_column({}, "notes") == "a@example.org b@example.org");
    CHECK(db.first_column({}, "people") == "1 2");
}

TEST_CASE("sqlite refuses what is more than reading, however it is dressed up", "[unit][source][sqlite]") {
    Database db;
    const std::string before = db.dir.read("crm.db");
    const std::string bad = GENERATE(values<std::string>(
        {"WITH x AS (SELECT 1) INSERT INTO notes VALUES ('x', 'y')",
         "WITH x AS (SELECT 1) UPDATE people SET status = 'x'", "WITH x AS (SELECT 1) DELETE FROM places",
         "WITH x AS (SELECT 1) INSERT INTO notes(notes) VALUES ('optimize')",
         "SELECT load_extension('/tmp/x.so')", "SELECT fts3_tokenizer('mine', x'0011223344556677')",
         "SELECT writefile('/tmp/x', 'y')", "SELECT * FROM pragma_journal_mode('delete')",
         "SELECT 1; ATTACH '/tmp/x.db' AS x", "VALUES (1); PRAGMA user_version = 7"}));
    INFO(bad);
    const std::string said = db.first_column(bad);
    CHECK((said.starts_with("usage") || said.starts_with("not_found")));
    CHECK(db.dir.read("crm.db") == before);
}

TEST_CASE("sqlite says that a text in double quotes is taken for a column", "[unit][source][sqlite]") {
    Database db;
    for (const char* query : {"SELECT email FROM people WHERE status = \"active\"",
                              "SELECT email FROM people WHERE status IN (\"left\", \"active\")",
                              "SELECT email FROM people WHERE status = 'x' OR city = \"Ulm, Donau\""}) {
        INFO(query);
        const std::string said = db.first_column(query);
        CHECK(said.starts_with("not_found"));
        CHECK(said.find("single quotes") != said.npos);
    }
    const std::string missing = db.first_column("SELECT phone FROM people");
    CHECK(missing.starts_with("not_found"));
    CHECK(missing.find("single quotes") == missing.npos);
    CHECK(db.first_column("SELECT \"email\" FROM people WHERE \"status\" = 'left'") == "b@example.org");
}

TEST_CASE("sqlite names a sign in the query that looks like another one", "[unit][source][sqlite]") {
    Database db;
    for (const auto& [query, word] : {std::pair{"SELECT email\xC2\xA0"
                                                "FROM people",
                                                "line 1 of the query holds a no-break space"},
                                      std::pair{"SELECT email\nFROM people WHERE status = \xE2\x80\x98"
                                                "left\xE2\x80\x99",
                                                "typographic"}}) {
        INFO(query);
        CHECK(db.first_column(query).find(word) != std::string::npos);
    }
    CHECK(db.first_column("\xEF\xBB\xBFSELECT email FROM people WHERE status = 'left' -- the end") ==
          "b@example.org");
}

TEST_CASE("sqlite names what the application itself brings to its database", "[unit][source][sqlite]") {
    Database db;
    for (const auto& [query, word] :
         {std::pair{"SELECT email FROM people WHERE email REGEXP '^a'", "REGEXP"},
          std::pair{"SELECT unaccent(email) FROM people", "unaccent"},
          std::pair{"SELECT email FROM people ORDER BY email COLLATE german", "german"}}) {
        INFO(query);
        const std::string said = db.first_column(query);
        CHECK(said.starts_with("not_found"));
        CHECK(said.find(word) != said.npos);
        CHECK(said.find("application") != said.npos);
    }
}

}  // namespace audienced::unit::source_sqlite_queries_test
