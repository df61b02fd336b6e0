// What a role or a database has set must not change what the values of a row look like.
#include <catch2/catch.hpp>

#include "unit/source/postgres/postgres_bench.hpp"

namespace audienced::unit::source_postgres_settings_test {

using namespace audienced;

namespace {

const char* const query =
    "SELECT date '2026-03-01' AS d, timestamp '2026-03-01 12:30:00' AS t, timestamptz '2026-03-01 "
    "12:30:00+00' AS z, "
    "interval '1 year 2 days 03:04:05' AS i, '\\xc3a9'::bytea AS b, 0.1::float8 + 0.2::float8 AS f, "
    "daterange('2026-03-01', '2026-04-02') AS r, ARRAY[date '2026-03-01'] AS a, row_to_json(row(date "
    "'2026-03-01')) "
    "AS j";

}  // namespace

TEST_CASE("postgres gives values in one form, whatever the role or the database has set",
          "[unit][source][postgres]") {
    auto* server = postgres_server();
    if (!server) return;
    const std::string setting = GENERATE(values<std::string>({
        "DateStyle = 'ISO, MDY'",
        "DateStyle = 'SQL, DMY'",
        "DateStyle = 'SQL, MDY'",
        "DateStyle = 'German'",
        "DateStyle = 'Postgres, DMY'",
        "IntervalStyle = 'sql_standard'",
        "IntervalStyle = 'iso_8601'",
        "IntervalStyle = 'postgres_verbose'",
        "bytea_output = 'escape'",
        "extra_float_digits = -3",
        "extra_float_digits = 3",
    }));
    const std::string where = GENERATE(values<std::string>({"ROLE odd", "DATABASE crm"}));
    INFO(where << " " << setting);
    server->sql(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'odd') THEN CREATE ROLE odd LOGIN; "
        "END IF; END $$");
    server->sql("ALTER " + where + " SET " + setting);
    PostgresBench p(server->conninfo() + " user=odd");
    const std::string said = p.said_of(PostgresBench::query(query));
    server->sql("ALTER " + where + " RESET ALL");
    CHECK(said ==
          "2026-03-01 2026-03-01 12:30:00 2026-03-01 12:30:00+00 1 year 2 days 03:04:05 \\xc3a9 "
          "0.30000000000000004 "
          "[2026-03-01,2026-04-02) {2026-03-01} {\"f1\":\"2026-03-01\"}");
}

TEST_CASE("postgres understands dates in a query in the order that the role has set",
          "[unit][source][postgres]") {
    auto* server = postgres_server();
    if (!server) return;
    server->sql(
        "DROP ROLE IF EXISTS german; CREATE ROLE german LOGIN; ALTER ROLE german SET DateStyle = 'SQL, DMY'");
    PostgresBench p(server->conninfo() + " user=german");
    CHECK(p.said_of(PostgresBench::query("SELECT '01/03/2026'::date AS d")) == "2026-03-01");
}

TEST_CASE("postgres gives the zone with a moment, and days by the role's zone", "[unit][source][postgres]") {
    auto* server = postgres_server();
    if (!server) return;
    server->sql(
        "DROP ROLE IF EXISTS tokyo; CREATE ROLE tokyo LOGIN; ALTER ROLE tokyo SET TimeZone = 'Asia/Tokyo'; "
        "ALTER ROLE tokyo SET DateStyle = 'SQL, DMY'");
    PostgresBench p(server->conninfo() + " user=tokyo");
    CHECK(p.said_of(PostgresBench::query("SELECT timestamptz '2026-03-01 20:30:00+00' AS z, "
                                         "(timestamptz '2026-03-01 20:30:00+00')::date AS d")) ==
          "2026-03-02 05:30:00+09 2026-03-02");
}

}  // namespace audienced::unit::source_postgres_settings_test
