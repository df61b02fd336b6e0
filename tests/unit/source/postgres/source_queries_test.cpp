// Queries as files and clipboards have them, and what the server says when one cannot be answered.
#include <catch2/catch.hpp>

#include "unit/source/postgres/postgres_bench.hpp"

namespace audienced::unit::source_postgres_queries_test {

using namespace audienced;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

/// The same text is a segment's query and a ready-query.
std::string said_of_both(const std::string& sql) {
    PostgresBench p(postgres_server()->conninfo());
    p.settings.settings["ready-query"] = sql;
    return p.said_of(PostgresBench::query(sql));
}

}  // namespace

TEST_CASE("postgres reads a query with a byte order mark, comments and semicolons",
          "[unit][source][postgres]") {
    if (!postgres_server()) return;
    const std::string sql = GENERATE(values<std::string>({
        "\xEF\xBB\xBFSELECT 1 AS one",
        "\xEF\xBB\xBF-- the customers\r\nSELECT 1 AS one\r\n",
        "\xE2\x80\x8BSELECT 1 AS one\xC2\xA0",
        "SELECT 1 AS one -- the end",
        "SELECT 1 AS one; -- the end",
        "SELECT 1 AS one /* the end */",
        "SELECT 1 AS one;;\n;",
        "SELECT 1 AS one\n;\n-- SELECT 2;\n",
        "/* a /* nested */ one */ SELECT 1 AS one",
        "-- SELECT 2;\n\n(SELECT 1 AS one);",
        "WITH x AS (SELECT 1 AS one) SELECT * FROM x; /* ; */",
        "VALUES (1) ; --",
        "SELECT ';' <> '--' AND true AS one WHERE 1 = 1 --'",
    }));
    INFO(sql);
    const std::string said = said_of_both(sql);
    CHECK((said == "1" || said == "t"));
}

TEST_CASE("postgres says in words why a query has no answer", "[unit][source][postgres]") {
    auto* server = postgres_server();
    if (!server) return;
    server->sql(
        "DROP MATERIALIZED VIEW IF EXISTS unfilled; DROP TABLE IF EXISTS worded; DROP TABLE IF EXISTS held;"
        "CREATE TABLE worded AS SELECT 'a@example.org'::text AS \"Email\", 'active'::text AS status;"
        "CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM worded WITH NO DATA;"
        "CREATE OR REPLACE FUNCTION fail(code text, words text) RETURNS int LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING ERRCODE = code, MESSAGE = words; END $$");
    struct Row {
        const char *sql, *code, *words, *hint;
    };
    const auto row = GENERATE(values<Row>({
        {"SELECT * FROM unfilled", "not_ready", "materialized view \"unfilled\" has not been populated",
         "REFRESH MATERIALIZED VIEW"},
        {"SELECT w.status FROM worded w JOIN unfilled USING (status)", "not_ready", "\"unfilled\"",
         "REFRESH MATERIALIZED VIEW"},
        {"SELECT currval('no_such')", "not_found", "no_such", ""},
        {"SELECT status FROM worded WHERE status = \"active\"", "not_found", "\"active\"", "single quotes"},
        {"SELECT email FROM worded", "not_found", "\"email\"", "worded.Email"},
        {"SELECT statuss FROM worded", "not_found", "\"statuss\"", "worded.status"},
        {"SELECT status\xC2\xA0"
         "FROM worded",
         "not_found", "does not exist", "line 1 of the query holds a no-break space"},
        {"SELECT\n \xEF\xBB\xBFstatus FROM worded", "not_found", "status",
         "line 2 of the query holds a byte order mark"},
        {"SELECT status FROM worded WHERE status = \xE2\x80\x9C"
         "active\xE2\x80\x9D",
         "not_found", "active", "typographic quotation mark"},
        {"SELECT 'a\xC2\xA0 b' statuss, x FROM worded", "not_found", "\"x\"", ""},
        {"SELECT lower(1, 2)", "not_found", "lower(integer, integer)", "explicit type casts"},
        {"SELECT fail('55P03', 'canceling statement due to lock timeout')", "not_ready", "lock timeout",
         "wait"},
        {"SELECT fail('40001', 'canceling statement due to conflict with recovery')", "source_changed",
         "conflict with recovery", "hot_standby_feedback"},
        {"SELECT fail('0A000', 'cannot access temporary or unlogged relations during recovery')", "usage",
         "unlogged relations during recovery", "primary"},
        {"SELECT fail('58P01', 'could not open file \"base/1/2\"')", "not_ready", "could not open file",
         "log"},
        {"SELECT fail('HV00N', 'could not connect to server \"crm2\"')", "not_ready",
         "could not connect to server", "foreign"},
        {"SELECT 1 / 0 AS n", "not_ready", "division by zero", "22012"},
        {"SELECT \"Email\"::int FROM worded", "not_ready", "cannot be converted", "22P02"},
        {"SELECT fail('22008', 'date/time field value out of range: a@example.org')", "not_ready", "date",
         "22008"},
        {"SELECT fail('P0001', 'a@example.org')", "not_ready", "P0001", ""},
    }));
    const std::string said = PostgresBench(server->conninfo()).said_of(PostgresBench::query(row.sql));
    INFO(row.sql << " -> " << said);
    CHECK(said.starts_with(row.code));
    CHECK(contains(said, row.words));
    CHECK(contains(said, row.hint));
    CHECK_FALSE(contains(said, "a@example.org"));
}

}  // namespace audienced::unit::source_postgres_queries_test
