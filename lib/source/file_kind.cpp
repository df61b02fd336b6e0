#include "source/file_kind.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::source {
namespace {
using namespace std::string_view_literals;

constexpr std::string_view into_postgres =
    "load it into a PostgreSQL server (pg_restore, psql) and add that as a source with --postgres";
constexpr std::string_view into_sqlite = "make a database of it: sqlite3 NEW.db < FILE";
constexpr std::string_view save_as_csv = "open it and save it as CSV (UTF-8)";
constexpr std::string_view export_csv = "export it as CSV";
constexpr std::string_view as_csv_source = "save its table as CSV and add the folder as a source with --csv";
constexpr std::string_view unpack = "unpack it and name the file in it";

// An OLE container: a workbook of Excel 97 to 2003, or a newer one with a password.
constexpr FileKind old_excel{"a spreadsheet file (Excel, .xls or with a password)", save_as_csv};
constexpr FileKind oldest_excel{"a spreadsheet file (Excel, .xls)", save_as_csv};
constexpr FileKind utf32{"text in UTF-32", "save it as UTF-8"};
constexpr FileKind access_database{"a database of Microsoft Access", export_csv};
constexpr FileKind web_page{"a web page (HTML)", save_as_csv};

struct Mark {
    std::string_view begins;
    FileKind kind;
};

constexpr Mark marks[] = {
    {"\xD0\xCF\x11\xE0"sv, old_excel},
    {"\x09\x08\x10\0"sv, oldest_excel},
    {"\x09\x08\x08\0"sv, oldest_excel},
    {"\x09\x04\x06\0"sv, oldest_excel},
    {"\x09\0\x04\0"sv, oldest_excel},
    {"SQLite format 3\0"sv, {"a SQLite database", "add it as a source with --sqlite"}},
    {"** This file contains an SQLite 2"sv, {"a database of SQLite 2", "convert it with sqlite and sqlite3"}},
    {"PGDMP\x01"sv, {"a dump of PostgreSQL (pg_dump)", into_postgres}},
    {"PAR1\x15"sv, {"a Parquet file", export_csv}},
    {"Obj\x01"sv, {"an Avro file", export_csv}},
    {"ARROW1\0"sv, {"an Arrow file", export_csv}},
    {"\x1F\x8B\x08"sv, {"packed with gzip", unpack}},
    {"BZh91AY&SY"sv, {"packed with bzip2", unpack}},
    {"\xFD"
     "7zXZ\0"sv,
     {"packed with xz", unpack}},
    {"\x28\xB5\x2F\xFD"sv, {"packed with zstd", unpack}},
    {"7z\xBC\xAF\x27\x1C"sv, {"a 7z archive", unpack}},
    {"Rar!\x1A\x07"sv, {"a RAR archive", unpack}},
    {"%PDF-"sv, {"a PDF file", export_csv}},
    {"{\\rtf"sv, {"a text document (RTF)", "save it as plain text"}},
    {"\xFF\xFE\0\0"sv, utf32},
    {"\0\0\xFE\xFF"sv, utf32},
    {"version https://git-lfs"sv,
     {"a pointer of Git LFS, not the file itself", "fetch it with git lfs pull"}},
};

/// Only of a file that is no text: a name of a column may stand there too.
struct InnerMark {
    std::size_t at;
    std::string_view bytes;
    FileKind kind;
};
constexpr InnerMark inner_marks[] = {
    {4, "Standard Jet DB"sv, access_database},
    {4, "Standard ACE DB"sv, access_database},
    {8, "DUCK"sv, {"a database of DuckDB", export_csv}},
    {257, "ustar"sv, {"a tar archive", unpack}},
};

constexpr Mark markup[] = {
    {"<!doctype html"sv, web_page},
    {"<html"sv, web_page},
    {"<table"sv, web_page},
    {"<?xml"sv, {"an XML file", save_as_csv}},
};

struct Phrase {
    std::string_view words;
    FileKind kind;
};
constexpr Phrase phrases[] = {
    {"PostgreSQL database dump", {"a dump of PostgreSQL (pg_dump)", into_postgres}},
    {"MySQL dump", {"a dump of MySQL", as_csv_source}},
    {"MariaDB dump", {"a dump of MariaDB", as_csv_source}},
    {"phpMyAdmin SQL Dump", {"a dump of MySQL", as_csv_source}},
    {"PRAGMA foreign_keys=OFF", {"a dump of SQLite (.dump)", into_sqlite}},
    {"BEGIN TRANSACTION;", {"a dump of SQL statements", into_sqlite}},
};

bool is_text(std::string_view head) {
    return std::none_of(head.begin(), head.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
    });
}

/// Office files are zip archives too: the names of their parts stand in clear at the beginning.
FileKind kind_of_zip(std::string_view head) {
    const auto holds = [&](std::string_view part) { return head.find(part) != head.npos; };
    if (holds("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"))
        return {"a spreadsheet file (OpenDocument, .ods)", save_as_csv};
    if (holds("xl/")) return {"a spreadsheet file (Excel, .xlsx)", save_as_csv};
    if (holds("Index/Document.iwa") || holds("index.apxl"))
        return {"a spreadsheet file (Numbers)", save_as_csv};
    if (holds("[Content_Types].xml")) return {"an Office file such as .xlsx", save_as_csv};
    return {"a zip archive or a spreadsheet", "unpack it, or open it and save it as CSV (UTF-8)"};
}

bool is_json(std::string_view text) {
    const char first = text.empty() ? ' ' : text[0];
    if (first != '[' && first != '{') return false;
    return trim(text.substr(1)).starts_with(first == '[' ? '{' : '"');
}

/// Without a byte order mark and blanks.
std::string_view first_text(std::string_view head) {
    if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
    return trim(head.substr(0, 200));
}

}  // namespace

FileKind kind_of_no_table(std::string_view head) {
    if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return kind_of_zip(head);
    for (const Mark& mark : marks)
        if (head.starts_with(mark.begins)) return mark.kind;
    for (const InnerMark& mark : inner_marks)
        if (head.size() > mark.at && head.substr(mark.at).starts_with(mark.bytes) && !is_text(head))
            return mark.kind;
    const std::string_view text = first_text(head);
    if (is_json(text)) return {"a JSON file", "export the data as CSV"};
    for (const Mark& mark : markup)
        if (iequals(text.substr(0, mark.begins.size()), mark.begins)) return mark.kind;
    return {};
}

FileKind file_kind(std::string_view head) {
    if (const FileKind kind = kind_of_no_table(head); !kind.what.empty()) return kind;
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
        return {"a text in UTF-16", as_csv_source};
    if (head.empty() || !is_text(head)) return {};
    for (const Phrase& phrase : phrases)
        if (icontains(head, phrase.words)) return phrase.kind;
    const std::string_view text = first_text(head);
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    if (line.find_first_of(",;\t|") != line.npos)
        return {"a text, a CSV file by its first line", "add its folder as a source with --csv"};
    return {"a text", as_csv_source};
}

}  // namespace audienced::source
