#include "source/file_kind.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace audienced::source {
namespace {
using namespace std::string_view_literals;

constexpr std::string_view into_postgres =
    "load it into a PostgreSQL server (pg_restore, psql) and add that as a source with --postgres";
constexpr std::string_view as_csv = "save its table as CSV and add the folder as a source with --csv";
constexpr std::string_view unpack = "unpack it, and name what is in it";

struct Mark {
    std::size_t at;
    std::string_view bytes;
    FileKind kind;
};
const std::array marks{
    Mark{0, "SQLite format 3\0"sv, {"a SQLite database", ""}},
    Mark{0,
         "** This file contains an SQLite 2",
         {"a database of SQLite 2", "convert it with sqlite and sqlite3"}},
    Mark{0, "PGDMP", {"a dump of PostgreSQL (pg_dump)", into_postgres}},
    Mark{0, "PK\x03\x04", {"a zip archive or a spreadsheet (.xlsx, .ods)", as_csv}},
    Mark{0, "\xD0\xCF\x11\xE0"sv, {"a file of an old Microsoft Office (.xls)", as_csv}},
    Mark{4, "Standard Jet DB", {"a database of Microsoft Access", as_csv}},
    Mark{4, "Standard ACE DB", {"a database of Microsoft Access", as_csv}},
    Mark{8, "DUCK", {"a database of DuckDB", as_csv}},
    Mark{0, "\x1F\x8B"sv, {"packed with gzip", unpack}},
    Mark{0, "\x28\xB5\x2F\xFD"sv, {"packed with zstd", unpack}},
    Mark{0,
         "\xFD"
         "7zXZ",
         {"packed with xz", unpack}},
    Mark{0, "BZh", {"packed with bzip2", unpack}},
    Mark{0, "7z\xBC\xAF", {"a 7-Zip archive", unpack}},
    Mark{257, "ustar", {"a tar archive", unpack}},
    Mark{0, "PAR1", {"a Parquet file", as_csv}},
    Mark{0, "Obj\x01", {"an Avro file", as_csv}},
    Mark{0, "%PDF", {"a PDF file", as_csv}},
    Mark{0,
         "version https://git-lfs",
         {"a pointer of Git LFS, not the file itself", "fetch it with git lfs pull"}},
};

struct Phrase {
    std::string_view words;
    FileKind kind;
};
const std::array phrases{
    Phrase{"PostgreSQL database dump", {"a dump of PostgreSQL (pg_dump)", into_postgres}},
    Phrase{"MySQL dump", {"a dump of MySQL", as_csv}},
    Phrase{"MariaDB dump", {"a dump of MariaDB", as_csv}},
    Phrase{"phpMyAdmin SQL Dump", {"a dump of MySQL", as_csv}},
    Phrase{"PRAGMA foreign_keys=OFF",
           {"a dump of SQLite (.dump)", "make a database of it: sqlite3 NEW.db < FILE"}},
    Phrase{"BEGIN TRANSACTION;",
           {"a dump of SQL statements", "make a database of it: sqlite3 NEW.db < FILE"}},
};

bool is_text(std::string_view head) {
    return std::none_of(head.begin(), head.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
    });
}

}  // namespace

FileKind file_kind(std::string_view head) {
    for (const Mark& mark : marks)
        if (head.size() > mark.at && head.substr(mark.at).starts_with(mark.bytes)) return mark.kind;
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return {"a text in UTF-16", as_csv};
    if (head.empty() || !is_text(head)) return {};
    for (const Phrase& phrase : phrases)
        if (icontains(head, phrase.words)) return phrase.kind;
    const std::string_view text = trim(head);
    if (text.starts_with("<")) return {"a page of HTML or XML", as_csv};
    if (text.starts_with("{") || text.starts_with("[")) return {"a JSON text", as_csv};
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    if (line.find_first_of(",;\t|") != line.npos)
        return {"a text, a CSV file by its first line", "add its folder as a source with --csv"};
    return {"a text", as_csv};
}

}  // namespace audienced::source
