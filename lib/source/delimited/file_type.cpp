#include "source/delimited/file_type.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::source::delimited {
namespace {
using namespace std::string_view_literals;

constexpr std::string_view save_as_csv = "open it and save it as CSV (UTF-8)";
constexpr std::string_view unpack_it = "unpack it and name the CSV file in it";
constexpr std::string_view export_csv = "export it as CSV, or add it as a source of its own kind";

struct Kind {
    std::string_view begins;
    std::string_view what, hint;
};

constexpr Kind binary_kinds[] = {
    // An OLE container: a workbook of Excel 97 to 2003, or a newer one with a password.
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "a spreadsheet file (Excel, .xls or with a password)",
     save_as_csv},
    {"\x09\x08\x10\0"sv, "a spreadsheet file (Excel, .xls)", save_as_csv},
    {"\x09\x08\x08\0"sv, "a spreadsheet file (Excel, .xls)", save_as_csv},
    {"\x09\x04\x06\0"sv, "a spreadsheet file (Excel, .xls)", save_as_csv},
    {"\x09\0\x04\0"sv, "a spreadsheet file (Excel, .xls)", save_as_csv},
    {"PAR1\x15"sv, "a Parquet file", export_csv},
    {"Obj\x01"sv, "an Avro file", export_csv},
    {"ARROW1\0"sv, "an Arrow file", export_csv},
    {"SQLite format 3\0"sv, "a SQLite database", "add it as a source with --sqlite"},
    {"BZh91AY&SY"sv, "packed with bzip2", unpack_it},
    {"\xFD"
     "7zXZ\0"sv,
     "packed with xz", unpack_it},
    {"\x28\xB5\x2F\xFD"sv, "packed with zstd", unpack_it},
    {"7z\xBC\xAF\x27\x1C"sv, "a 7z archive", unpack_it},
    {"Rar!\x1A\x07"sv, "a RAR archive", unpack_it},
    {"%PDF-"sv, "a PDF file", "export the data as CSV"},
    {"{\\rtf"sv, "a text document (RTF)", "save it as plain text"},
    {"\xFF\xFE\0\0"sv, "text in UTF-32", "save it as UTF-8"},
    {"\0\0\xFE\xFF"sv, "text in UTF-32", "save it as UTF-8"},
};

constexpr Kind markup_kinds[] = {
    {"<!doctype html"sv, "a web page (HTML)", save_as_csv},
    {"<html"sv, "a web page (HTML)", save_as_csv},
    {"<table"sv, "a web page (HTML)", save_as_csv},
    {"<?xml"sv, "an XML file", save_as_csv},
};

/// Office files are zip archives too: the names of their parts stand in clear at the beginning.
Kind kind_of_zip(std::string_view head) {
    const auto holds = [&](std::string_view part) { return head.find(part) != head.npos; };
    if (holds("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"))
        return {{}, "a spreadsheet file (OpenDocument, .ods)", save_as_csv};
    if (holds("xl/")) return {{}, "a spreadsheet file (Excel, .xlsx)", save_as_csv};
    if (holds("Index/Document.iwa") || holds("index.apxl"))
        return {{}, "a spreadsheet file (Numbers)", save_as_csv};
    if (holds("[Content_Types].xml")) return {{}, "an Office file such as .xlsx", save_as_csv};
    return {{}, "a zip archive", unpack_it};
}

bool is_json(std::string_view text) {
    const char first = text.empty() ? ' ' : text[0];
    if (first != '[' && first != '{') return false;
    return trim(text.substr(1)).starts_with(first == '[' ? '{' : '"');
}

Error not_text(const Kind& kind, const std::string& file) {
    return make_error(Errc::bad_config, file + " is no CSV file: it is " + std::string(kind.what),
                      std::string(kind.hint));
}

}  // namespace

bool is_gzip(std::string_view head) {
    return head.starts_with("\x1F\x8B\x08");
}

result<void> check_is_text(std::string_view head, const std::string& file) {
    if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"))
        return not_text(kind_of_zip(head), file);
    for (const Kind& kind : binary_kinds)
        if (head.starts_with(kind.begins)) return not_text(kind, file);
    if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
    const std::string_view text = trim(head.substr(0, 200));
    if (is_json(text)) return not_text({{}, "a JSON file", "export the data as CSV"}, file);
    for (const Kind& kind : markup_kinds)
        if (iequals(text.substr(0, kind.begins.size()), kind.begins)) return not_text(kind, file);
    return {};
}

}  // namespace audienced::source::delimited
