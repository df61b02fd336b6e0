#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "unit/source/postgres/postgres_bench.hpp"

namespace audienced::unit::source_postgres_source_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::PostgresServer;
using Lines = std::vector<std::vector<std::string>>;

using Postgres = PostgresBench;

namespace {

PostgresServer* server() {
    return postgres_server();
}

std::string read_outcome(const result<source::Snapshot>& r) {
    return r ? "fine" : to_string(r.error().code);
}

}  // namespace

TEST_CASE("postgres gives every type as text, and nulls as nulls", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql(
        "DROP TABLE IF EXISTS types; CREATE TABLE types (email text, i bigint, n numeric(20,4), f float8, b "
        "boolean,"
        " d date, t timestamptz, u uuid, j jsonb, a text[], y bytea, e inet);"
        "INSERT INTO types VALUES ('a@x.org', -9223372036854775808, 1.5, 1e300, true, '2026-02-28',"
        " '2026-02-28 12:00:00+00', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{\"k\": 1}', '{a,\"b c\"}', "
        "'\\xc3a9',"
        " '10.0.0.1'); INSERT INTO types VALUES (NULL)");
    Postgres p(server()->conninfo());
    KeptRows rows;
    auto snapshot = p.read(Postgres::query("SELECT * FROM types ORDER BY email"),
                           {"email", "i", "n", "f", "b", "d", "u", "j", "a", "y", "e"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows[0] == std::vector<std::string>{"a@x.org", "-9223372036854775808", "1.5000", "1e+300", "t",
                                                   "2026-02-28", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                                                   "{\"k\": 1}", "{a,\"b c\"}", "\\xc3a9", "10.0.0.1"});
    CHECK(rows.rows[1] == std::vector<std::string>(11, "NULL"));
    CHECK(snapshot->rows == 2);
    auto description = p.open()->describe(Postgres::table("public.types"), {});
    REQUIRE(description.has_value());
    CHECK(description->columns.size() == 12);
}

TEST_CASE("postgres refuses whatever does more than select", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql(
        "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 'a@x.org'::text AS email;"
        "CREATE OR REPLACE FUNCTION sly() RETURNS int LANGUAGE sql AS 'DELETE FROM kept; SELECT 1';"
        "DROP SEQUENCE IF EXISTS seq; CREATE SEQUENCE seq");
    const std::string bad = GENERATE(
        values<std::string>({"DELETE FROM kept", "SELECT 1; DELETE FROM kept",
                             "WITH x AS (DELETE FROM kept RETURNING 1) SELECT * FROM x", "SELECT sly()",
                             "SELECT nextval('seq')", "SELECT 1 INTO stolen", "COMMIT",
                             "SELECT 1; COMMIT; DELETE FROM kept", "COPY kept TO PROGRAM 'touch /tmp/x'",
                             "SELECT * FROM kept FOR UPDATE", "SELECT 1) TO PROGRAM 'true' --", ""}));
    INFO(bad);
    Postgres p(server()->conninfo());
    KeptRows rows;
    CHECK(read_outcome(p.read(Postgres::query(bad), {}, rows)) == "usage");
    CHECK(rows.rows.empty());
    CHECK(server()->sql("SELECT count(*) FROM kept") == "1\n");
}

TEST_CASE("postgres says what is missing", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql("DROP TABLE IF EXISTS miss; CREATE TABLE miss AS SELECT 'a@x.org'::text AS email");
    Postgres p(server()->conninfo());
    KeptRows rows;
    CHECK(read_outcome(p.read(Postgres::table("nothing"), {}, rows)) == "not_found");
    CHECK(read_outcome(p.read(Postgres::query("SELECT phone FROM miss"), {}, rows)) == "not_found");
    CHECK(read_outcome(p.read(Postgres::table("miss"), {"phone"}, rows)) == "not_found");
    CHECK(read_outcome(p.read(Postgres::table("mi\"ss"), {"phone"}, rows)) == "usage");
    CHECK(read_outcome(Postgres(server()->conninfo() + "x").read(Postgres::table("miss"), {}, rows)) ==
          "not_found");
}

TEST_CASE("postgres errors do not repeat the data", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql("DROP TABLE IF EXISTS data; CREATE TABLE data AS SELECT 'ana@x.org'::text AS email");
    Postgres p(server()->conninfo());
    KeptRows rows;
    auto r = p.read(Postgres::query("SELECT email::int FROM data"), {}, rows);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::not_ready);
    CHECK(r.error().text().find("ana") == std::string::npos);
}

TEST_CASE("postgres takes the password from the secrets, and never prints it", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql(
        "DROP TABLE IF EXISTS mine; CREATE TABLE mine AS SELECT 'a@x.org'::text AS email; GRANT SELECT ON "
        "mine TO reader");
    const std::string tls = GENERATE(values<std::string>({"", "require", "verify-full"}));
    Postgres p(server()->reader_conninfo(!tls.empty()) +
               (tls.empty() ? "" : " sslmode=" + tls + " sslrootcert=" + server()->certificate()));
    KeptRows rows;
    p.secrets.password = "not it";
    auto wrong = p.open()->test({});
    REQUIRE(!wrong);
    CHECK(wrong.error().code == Errc::auth);
    CHECK(wrong.error().text().find("not it") == std::string::npos);
    CHECK(wrong.error().text().find("LOCATION") == std::string::npos);
    p.secrets.password.clear();
    CHECK(read_outcome(p.read(Postgres::table("mine"), {"email"}, rows)) == "auth");
    p.secrets.password = PostgresServer::password();
    auto fine = p.open()->test({});
    REQUIRE(fine.has_value());
    CHECK(fine->find("p4ss") == std::string::npos);
    CHECK(read_outcome(p.read(Postgres::table("mine"), {"email"}, rows)) == "fine");
    server()->sql("DROP TABLE IF EXISTS others; CREATE TABLE others AS SELECT 1 AS a");
    CHECK(read_outcome(p.read(Postgres::table("others"), {}, rows)) == "auth");
}

TEST_CASE("postgres over TLS accepts only a certificate that it can verify", "[unit][source][postgres]") {
    if (!server()) return;
    Postgres p(server()->reader_conninfo(true) +
               " sslmode=verify-full sslrootcert=/etc/ssl/certs/ca-certificates.crt");
    p.secrets.password = PostgresServer::password();
    auto r = p.open()->test({});
    REQUIRE(!r);
    CHECK(r.error().code == Errc::not_ready);
}

TEST_CASE("postgres goes on to the next server when one is silent", "[unit][source][postgres]") {
    if (!server()) return;
    const int silent = ::socket(AF_INET, SOCK_STREAM, 0);  // takes connections, and never answers
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(silent, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(silent, 4) == 0);
    REQUIRE(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    const std::string port = std::to_string(ntohs(address.sin_port));
    Postgres p(server()->conninfo_behind("127.0.0.1", port) + " connect_timeout=1");
    KeptRows rows;
    CHECK(read_outcome(p.read(Postgres::query("SELECT 1 AS a"), {"a"}, rows)) == "fine");
    Postgres alone("host=127.0.0.1 port=" + port + " connect_timeout=1");
    CHECK(read_outcome(alone.read(Postgres::query("SELECT 1 AS a"), {"a"}, rows)) == "not_ready");
    ::close(silent);
}

TEST_CASE("postgres reads one snapshot while another program writes", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql(
        "DROP TABLE IF EXISTS snap; CREATE TABLE snap AS SELECT i FROM generate_series(1, 10000) i");
    Postgres p(server()->conninfo());
    KeptRows rows;
    rows.at_row = [&](std::uint64_t n) {
        if (n == 1) server()->sql("DELETE FROM snap");
        return true;
    };
    auto first = p.read(Postgres::table("snap"), {"i"}, rows);
    REQUIRE(first.has_value());
    CHECK(rows.rows.size() == 10000);
    CHECK(rows.rows.back() == std::vector<std::string>{"10000"});
    KeptRows none;
    auto second = p.read(Postgres::table("snap"), {"i"}, none);
    REQUIRE(second.has_value());
    CHECK(none.rows.empty());
    CHECK(first->id != second->id);
    CHECK(p.read(Postgres::table("snap"), {"i"}, none)->id == second->id);
}

TEST_CASE("postgres whose connection dies in the middle is not ready, never short",
          "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql(
        "DROP TABLE IF EXISTS cut; CREATE TABLE cut AS SELECT i, repeat('x', 100) AS pad FROM "
        "generate_series(1, 50000) i");
    Postgres p(server()->conninfo());
    KeptRows rows;
    SECTION("the backend is told to go") {
        rows.at_row = [&](std::uint64_t n) {
            if (n == 100)
                server()->sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
                    "'audienced'");
            return true;
        };
    }
    SECTION("the whole server is gone, and comes back") {
        rows.at_row = [&](std::uint64_t n) {
            if (n == 100) server()->stop(), server()->restart();
            return true;
        };
    }
    CHECK(read_outcome(p.read(Postgres::table("cut"), {"i"}, rows)) == "not_ready");
    CHECK(rows.rows.size() < 50000);
    KeptRows again;
    CHECK(read_outcome(p.read(Postgres::table("cut"), {"i"}, again)) == "fine");
    CHECK(again.rows.size() == 50000);
}

TEST_CASE("postgres stops at once, and the server's work stops too", "[unit][source][postgres]") {
    if (!server()) return;
    Postgres p(server()->conninfo());
    KeptRows rows;
    std::stop_source stop;
    // Told to stop as soon as the server is seen to be sleeping.
    std::thread stopper([&] {
        while (server()->sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'audienced' AND "
                             "wait_event = 'PgSleep'") != "1\n") {
        }
        stop.request_stop();
    });
    CHECK(read_outcome(p.read(Postgres::query("SELECT pg_sleep(3600)"), {}, rows, stop.get_token())) ==
          "cancelled");
    stopper.join();
    while (server()->sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'audienced'") !=
           "0\n") {
    }
}

TEST_CASE("postgres ends a query that takes too long", "[unit][source][postgres]") {
    if (!server()) return;
    Postgres p(server()->conninfo());
    p.settings.settings["statement-timeout"] = "1";
    KeptRows rows;
    CHECK(read_outcome(p.read(Postgres::query("SELECT pg_sleep(3600)"), {}, rows)) == "not_ready");
}

TEST_CASE("postgres rejects what an SQL_ASCII database holds that is no UTF-8", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql(
        "DROP DATABASE IF EXISTS raw; CREATE DATABASE raw TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE "
        "'C'");
    Postgres p(server()->conninfo() + " dbname=raw");
    KeptRows rows;
    auto r = p.read(Postgres::query("SELECT chr(255) AS email UNION ALL SELECT 'a@x.org'"), {"email"}, rows);
    REQUIRE(r.has_value());
    CHECK(rows.rows == Lines{{"a@x.org"}});
    CHECK(rows.rejects.size() == 1);
    CHECK(rows.addresses == std::vector<std::string>{"-"});
    KeptRows others;
    r = p.read(Postgres::query("SELECT 'a@x.org' AS email, chr(252) AS city"), {"email", "city"}, others);
    REQUIRE(r.has_value());
    CHECK(others.addresses == std::vector<std::string>{"a@x.org"});
    CHECK(others.rejects ==
          std::vector<std::string>{"1: the column city is not valid UTF-8; it looks like Windows-1252"});
}

TEST_CASE("postgres turns a LATIN1 database into UTF-8", "[unit][source][postgres]") {
    if (!server()) return;
    server()->sql(
        "DROP DATABASE IF EXISTS latin; CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE "
        "'C'");
    Postgres p(server()->conninfo() + " dbname=latin");
    KeptRows rows;
    REQUIRE(p.read(Postgres::query("SELECT chr(233) AS name"), {"name"}, rows).has_value());
    CHECK(rows.rows == Lines{{"\xC3\xA9"}});
}

TEST_CASE("postgres is read only when its ready-query says true", "[unit][source][postgres]") {
    if (!server()) return;
    const auto c = GENERATE(table<const char*, const char*>({{"SELECT true", "fine"},
                                                             {"SELECT 1", "fine"},
                                                             {"SELECT false", "not_ready"},
                                                             {"SELECT NULL", "not_ready"},
                                                             {"SELECT 1 WHERE false", "not_ready"},
                                                             {"SELECT no_such", "not_found"}}));
    Postgres p(server()->conninfo());
    p.settings.settings["ready-query"] = std::get<0>(c);
    KeptRows rows;
    CHECK(read_outcome(p.read(Postgres::query("SELECT 1 AS a"), {"a"}, rows)) == std::get<1>(c));
}

TEST_CASE("postgres reads rows of a megabyte, and many of them", "[unit][source][postgres]") {
    if (!server()) return;
    Postgres p(server()->conninfo());
    KeptRows rows;
    auto r = p.read(Postgres::query("SELECT repeat('x', 1048576) AS big FROM generate_series(1, 70)"),
                    {"big"}, rows);
    REQUIRE(r.has_value());
    REQUIRE(rows.rows.size() == 70);
    CHECK(rows.rows[69][0].size() == 1048576);
}

}  // namespace audienced::unit::source_postgres_source_test
