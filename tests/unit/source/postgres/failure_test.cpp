#include <catch2/catch.hpp>

#include "source/postgres/failure.hpp"

namespace audienced::unit::source_postgres_failure_test {

using namespace audienced;
using source::postgres::connect_error;

namespace {
const std::string at = "connection to server at \"10.0.0.1\", port 5432 failed: ";
}

TEST_CASE("postgres distinguishes a refused sign-in, which a person must fix, from an unreachable server",
          "[unit][source][postgres]") {
    struct Row {
        std::string message;
        const char* code;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {at + "FATAL:  28P01: password authentication failed for user \"reader\"\nLOCATION:  auth_failed, "
              "auth.c:326\n",
         "auth"},
        {at + "FATAL:  28000: role \"reader\" does not exist\nLOCATION:  InitializeSessionUserId, "
              "miscinit.c:1\n",
         "auth"},
        {at + "FATAL:  28000: no pg_hba.conf entry for host \"10.0.0.9\", user \"reader\", no encryption\n",
         "auth"},
        {at + "FATAL:  42501: permission denied for database \"crm\"\nDETAIL:  User does not have CONNECT "
              "privilege.\n",
         "auth"},
        {at + "FATAL:  3D000: database \"crm\" does not exist\nLOCATION:  InitPostgres, postinit.c:1\n",
         "not_found"},
        {at + "FATAL:  57P03: the database system is starting up\nLOCATION:  ProcessStartupPacket, "
              "postmaster.c:1\n",
         "not_ready"},
        {at + "FATAL:  53300: sorry, too many clients already\n", "not_ready"},
        {at + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
         "not_ready"},
        // The server writes its severities in its own language.
        {at + "FATALE:  28P01: autenticazione con password fallita per l'utente \"reader\"\n", "auth"},
        // Several hosts: what the last one said counts.
        {at + "FATAL:  57P03: the database system is starting up\n" + at +
             "FATAL:  28P01: password authentication failed\n",
         "auth"},
        {at + "FATAL:  28P01: password authentication failed\n" + at +
             "FATAL:  57P03: the database system is starting up\n",
         "not_ready"},
        // PgBouncer 1.18 has one code for everything.
        {at + "FATAL:  08P01: SASL authentication failed\n", "auth"},
        {at + "FATAL:  08P01: password authentication failed\n", "auth"},
        {at + "FATAL:  08P01: no such database: crm\n", "not_found"},
        {at + "FATAL:  08P01: unsupported startup parameter: options\n", "bad_config"},
        {at + "FATAL:  08P01: query_wait_timeout\n", "not_ready"},
        {at + "session is not in hot standby mode\n", "not_ready"},
        {at + "server is in hot standby mode\n", "not_ready"},
        {"could not translate host name \"db.example\" to address: Name or service not known\n", "not_ready"},
        {"", "not_ready"},
    }));
    INFO(row.message);
    const Error error = connect_error(row.message, false);
    CHECK(to_string(error.code) == std::string(row.code));
    CHECK(error.message.find("LOCATION") == std::string::npos);
    CHECK(error.message.find("P01") == std::string::npos);
    CHECK(error.message.find('\n') == std::string::npos);
    CHECK(error.safe_to_retry == (std::string(row.code) == "not_ready"));
}

TEST_CASE("postgres says which kind of server the connection string asks for in vain",
          "[unit][source][postgres]") {
    for (const char* said : {"session is not in hot standby mode", "server is not in hot standby mode",
                             "session is not read-only"})
        CHECK(connect_error(at + said + "\n", false).hint.find("prefer-standby a primary") !=
              std::string::npos);
    for (const char* said : {"server is in hot standby mode", "session is read-only"})
        CHECK(connect_error(at + said + "\n", false).hint.find("to read a standby") != std::string::npos);
}

TEST_CASE("postgres says that a password is missing", "[unit][source][postgres]") {
    const Error error = connect_error(at + "fe_sendauth: no password supplied\n", true);
    CHECK(error.code == Errc::auth);
    CHECK(error.hint.find("--password-file") != std::string::npos);
}

}  // namespace audienced::unit::source_postgres_failure_test
