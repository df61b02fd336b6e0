// Files that are no SQLite database, or cannot be reached: the sentence says what it is, and how to let it
// in.
#include <sqlite3.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/ordinary_user.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_sqlite_no_database_test {

using namespace audienced;
using audienced::test::OrdinaryUser;
using audienced::test::TempDir;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

std::string said_of(const std::string& path) {
    const OrdinaryUser user;
    auto r = source::make({"crm", "sqlite", {{"sqlite", path}}, {}}, {}).value()->test({});
    return r ? "fine" : std::string(to_string(r.error().code)) + ": " + r.error().text();
}

/// Bytes without any order, as encryption makes them.
std::string noise(std::size_t size) {
    std::string bytes;
    for (std::uint32_t state = 7; bytes.size() < size; state = state * 1664525 + 1013904223)
        bytes += static_cast<char>(state >> 24);
    return bytes;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("sqlite says what a file is that is no SQLite database", "[unit][source][sqlite]") {
    TempDir dir;
    ::chmod(dir.path().c_str(), 0755);
    struct Row {
        std::string content;
        const char *what, *hint;
    };
    const auto row = GENERATE(values<Row>({
        {"PGDMP\x01\x0e\x00\x04\x08\x08\x01\x01"s + noise(3000), "a dump of PostgreSQL", "--postgres"},
        {"--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n", "a dump of PostgreSQL",
         "--postgres"},
        {"-- MySQL dump 10.13  Distrib 8.0.36\n--\nCREATE TABLE c (email text);\n", "a dump of MySQL",
         "--csv"},
        {"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE c (email text);\nCOMMIT;\n",
         "a dump of SQLite", "sqlite3"},
        {"email,name\na@example.org,Ann\n"s, "a CSV file", "--csv"},
        {"email;name\r\na@example.org;Ann\r\n"s, "a CSV file", "--csv"},
        {"\xEF\xBB\xBF"
         "email\tname\na@example.org\tAnn\n"s,
         "a CSV file", "--csv"},
        {"PK\x03\x04\x14"s + noise(3000), "spreadsheet", "CSV"},
        {"\x1f\x8b\x08\x00"s + noise(3000), "gzip", "unpack"},
        {"\x00\x01\x00\x00Standard ACE DB\x00"s + noise(3000), "Microsoft Access", "CSV"},
        {noise(8) + "DUCK" + noise(3000), "DuckDB", "CSV"},
        {"[{\"email\": \"a@example.org\"}]", "JSON", "CSV"},
        {"<!DOCTYPE html><html><title>Sign in</title></html>", "HTML", "CSV"},
        {noise(8192), "encrypted", "SQLCipher"},
        {"SQLite format 3\0"s + noise(8176), "damaged or encrypted", "restore"},
        {"", "0 bytes", "check the path"},
    }));
    const std::string path = dir.write("crm.db", row.content);
    const std::string said = said_of(path);
    INFO(said);
    CHECK(said.starts_with("not_ready"));
    CHECK(contains(said, path));
    CHECK(contains(said, row.what));
    CHECK(contains(said, row.hint));
    CHECK_FALSE(contains(said, "a@example.org"));
}

TEST_CASE("sqlite says which part of the path is in the way", "[unit][source][sqlite]") {
    TempDir dir;
    ::chmod(dir.path().c_str(), 0755);
    const std::string path = dir.write("srv/crm/crm.db", "");
    sqlite3* handle = nullptr;
    sqlite3_open(path.c_str(), &handle);
    sqlite3_exec(handle, "CREATE TABLE t (a)", nullptr, nullptr, nullptr);
    sqlite3_close(handle);
    for (const char* part : {"srv", "srv/crm"}) ::chmod((dir / part).c_str(), 0755);
    ::chmod(path.c_str(), 0644);
    REQUIRE(said_of(path) == "fine");
    ::chmod(path.c_str(), 0600);
    CHECK(contains(said_of(path), "may not read the file " + path));
    ::chmod((dir / "srv").c_str(), 0700);
    CHECK(contains(said_of(path), "may not enter the folder " + (dir / "srv").string()));
}

}  // namespace audienced::unit::source_sqlite_no_database_test
