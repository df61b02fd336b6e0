// Files as spreadsheet programs, old programs and people leave them: read where one reading is certain, else
// the sentence says what was seen and names the option.
#include <catch2/catch.hpp>

#include "source/registry.hpp"
#include "support/gzip.hpp"
#include "support/kept_rows.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_csv_source_formats_test {

using namespace audienced;
using namespace std::string_literals;
using audienced::test::gzip;
using audienced::test::KeptRows;
using audienced::test::TempDir;
using Lines = std::vector<std::vector<std::string>>;

namespace {

struct Folder {
    TempDir dir;
    model::Source settings{"crm", "csv", {{"csv", dir.path().string()}}, {}};

    static model::Segment file(const std::string& what) {
        return {"seg", "crm", model::Segment::Kind::file, what, "", {}};
    }
    result<source::Snapshot> read(KeptRows& rows, const std::vector<std::string>& columns = {"email", "name"},
                                  const std::string& what = "a.csv") const {
        return source::make(settings, {}).value()->read(file(what), columns, rows, {});
    }
    /// The rows of a file with this content; its rejects are none.
    Lines rows_of(std::string_view content, const std::vector<std::string>& columns = {"email", "name"},
                  const std::string& what = "a.csv") const {
        dir.write(what, content);
        KeptRows rows;
        auto read_it = read(rows, columns, what);
        INFO((read_it ? "" : read_it.error().text()));
        CHECK(read_it.has_value());
        CHECK(rows.rejects.empty());
        return rows.rows;
    }
    Error refusal(std::string_view content, const std::vector<std::string>& columns = {"email", "name"},
                  const std::string& what = "a.csv") const {
        dir.write(what, content);
        KeptRows rows;
        auto read_it = read(rows, columns, what);
        REQUIRE(!read_it);
        CHECK(rows.rows.empty());
        return read_it.error();
    }
    std::vector<std::string> columns_of(std::string_view content) const {
        dir.write("a.csv", content);
        auto described = source::make(settings, {}).value()->describe(file("a.csv"), {});
        INFO((described ? "" : described.error().text()));
        REQUIRE(described.has_value());
        return described->columns;
    }
};

std::string utf16(std::u16string_view text, bool little) {
    std::string out;
    for (const char16_t c : text) {
        const char low = static_cast<char>(c & 0xFF), high = static_cast<char>(c >> 8);
        out += little ? low : high;
        out += little ? high : low;
    }
    return out;
}

bool has(const Error& error, const std::string& words) {
    INFO(error.text());
    const bool found = error.text().find(words) != std::string::npos;
    CHECK(found);
    return found;
}

const Lines ann_and_bo{{"ann@example.org", "Ann"}, {"bo@example.org", "Bo"}};

}  // namespace

TEST_CASE("csv obeys a first line sep=, whatever the option says", "[unit][source][csv]") {
    Folder folder;
    const std::string option = GENERATE("", ",", "tab");
    if (!option.empty()) folder.settings.settings["delimiter"] = option;
    CHECK(folder.rows_of("sep=;\r\nemail;name\r\nann@example.org;Ann\r\nbo@example.org;Bo\r\n") ==
          ann_and_bo);
    CHECK(folder.rows_of("\xEF\xBB\xBFSEP=;\nemail;name, first\nann@example.org;Ann\n", {"email"}) ==
          Lines{{"ann@example.org"}});
    CHECK(folder.rows_of("sep=\t\nemail\tname\nann@example.org\tAnn\nbo@example.org\tBo\n") == ann_and_bo);
    CHECK(folder.rows_of("sep=~\n\"email\"~\"name\"\nann@example.org~Ann\nbo@example.org~Bo\n") ==
          ann_and_bo);
    CHECK(folder.rows_of("\"sep=;\"\nemail;name\nann@example.org;Ann\nbo@example.org;Bo\n") == ann_and_bo);
    CHECK(folder.rows_of("sep=,,,\nemail,name,,\nann@example.org,Ann,,\nbo@example.org,Bo,,\n") ==
          ann_and_bo);
    CHECK(folder.columns_of("sep=;\nemail;name\n") == std::vector<std::string>{"email", "name"});
    CHECK(folder.rows_of(utf16(u"sep=;\r\nemail;name\r\nann@example.org;Ann\r\nbo@example.org;Bo\r\n",
                               true)) == ann_and_bo);
    // The lines are counted as an editor counts them.
    folder.dir.write("a.csv", "sep=;\nemail;name\nann@example.org;Ann;more\n");
    KeptRows rows;
    REQUIRE(folder.read(rows).has_value());
    CHECK(rows.rejects == std::vector<std::string>{"3: line 3: it has 3 fields, not 2"});
}

TEST_CASE("csv reads other delimiters where no other reading is possible", "[unit][source][csv]") {
    Folder folder;
    const char d = GENERATE(';', '\t', '|');
    std::string text = "id;email;name\n1;ann@example.org;Ann\n2;bo@example.org;Bo, the second; esq.\n";
    text.replace(text.find("Bo, the second; esq."), 20, "\"Bo, the second; esq.\"");
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == ';' && text.substr(i, 6) != "; esq.") text[i] = d;
    CHECK(folder.rows_of(text) ==
          Lines{{"ann@example.org", "Ann"}, {"bo@example.org", "Bo, the second; esq."}});
    CHECK(folder.columns_of(text) == std::vector<std::string>{"id", "email", "name"});
    // Empty fields at the end may be missing here too, and an export may be empty.
    CHECK(folder.rows_of("email;name;city\nann@example.org;Ann;Ulm\nbo@example.org;Bo\ncy@example.org\n") ==
          Lines{{"ann@example.org", "Ann"}, {"bo@example.org", "Bo"}, {"cy@example.org", "NULL"}});
    CHECK(folder.rows_of("email;name\n").empty());
    // Files of one pattern may differ.
    folder.dir.write("p1.csv", "email;name\nann@example.org;Ann\n");
    folder.dir.write("p2.csv", "name,email\nBo,bo@example.org\n");
    KeptRows rows;
    REQUIRE(folder.read(rows, {"email", "name"}, "p?.csv").has_value());
    CHECK(rows.rows == ann_and_bo);
}

TEST_CASE("csv: where two delimiters are possible, none is guessed and both are named",
          "[unit][source][csv]") {
    Folder folder;
    const Error both = folder.refusal("email;name, first\nann@example.org;Ann\n", {"email"});
    CHECK(both.code == Errc::not_found);
    has(both, "a.csv has no column email");
    has(both, "read with commas between the fields");
    has(both, "semicolons");
    has(both, "audiencectl source edit NAME --delimiter ';'");
    const Error tabs = folder.refusal("email\tname;first\nann@example.org\tAnn\n", {"email"});
    has(tabs, "--delimiter tab");
    has(tabs, "--delimiter ';'");
    // One column whose name has a semicolon in it, and rows that have none.
    CHECK(folder.rows_of("E-mail; private\nann@example.org\nbo@example.org\n", {"E-mail; private"}) ==
          Lines{{"ann@example.org"}, {"bo@example.org"}});
    // An option that was given is obeyed; that it does not fit is said.
    folder.settings.settings["delimiter"] = ";";
    has(folder.refusal("email,name\nann@example.org,Ann\n", {"email"}), "--delimiter ','");
}

TEST_CASE("csv reads UTF-16 without a byte order mark", "[unit][source][csv]") {
    Folder folder;
    const bool little = GENERATE(true, false);
    const std::string option = GENERATE("", "utf-8", "utf-16", "windows-1252");
    if (!option.empty()) folder.settings.settings["encoding"] = option;
    CHECK(folder.rows_of(utf16(u"email,name\r\nann@example.org,Ann\r\nbo@example.org,Bo\r\n", little)) ==
          ann_and_bo);
    CHECK(folder.rows_of(utf16(u"email\tимя\nann@example.org\tАня\n", little),
                         {"email", "\xD0\xB8\xD0\xBC\xD1\x8F"}) ==
          Lines{{"ann@example.org", "\xD0\x90\xD0\xBD\xD1\x8F"}});
    CHECK(folder.rows_of(utf16(u"氏名,email\n山田,ann@example.org\n", little), {"email"}) ==
          Lines{{"ann@example.org"}});
    const std::u16string long_one(600'000, u'x');
    CHECK(folder.rows_of(utf16(u"email,name\nann@example.org," + long_one + u"\n", little)).at(0)[1].size() ==
          long_one.size());
}

TEST_CASE("csv: UTF-8 is read as such, though the option says UTF-16", "[unit][source][csv]") {
    Folder folder;
    folder.settings.settings["encoding"] = GENERATE("utf-16", "utf-16be");
    CHECK(folder.rows_of("email,name\nann@example.org,Ann\nbo@example.org,Bo\n") == ann_and_bo);
    CHECK(folder.rows_of("email,n\xC3\xA4me\nann@example.org,J\xC3\xBCrgen\n", {"n\xC3\xA4me"}) ==
          Lines{{"J\xC3\xBCrgen"}});
}

TEST_CASE("csv: a stray zero byte does not make a text UTF-16", "[unit][source][csv]") {
    Folder folder;
    folder.dir.write("a.csv", "email,name,note\nann@example.org,Ann,a\0b\nbo@example.org,Bo,c\n"s);
    KeptRows rows;
    REQUIRE(folder.read(rows).has_value());
    CHECK(rows.rows == ann_and_bo);
}

TEST_CASE("csv reads lines that end with CR alone", "[unit][source][csv]") {
    Folder folder;
    CHECK(folder.rows_of("email,name\rann@example.org,Ann\rbo@example.org,Bo\r") == ann_and_bo);
    CHECK(folder.rows_of("\xEF\xBB\xBF"
                         "email,name\rann@example.org,Ann\rbo@example.org,Bo") == ann_and_bo);
    CHECK(folder.rows_of("\"email\";\"name\"\r\"ann@example.org\";\"two\nlines\"\r") ==
          Lines{{"ann@example.org", "two\nlines"}});
    CHECK(folder.rows_of("sep=;\remail;name\rann@example.org;Ann\rbo@example.org;Bo\r") == ann_and_bo);
    CHECK(folder.rows_of(utf16(u"email\tname\rann@example.org\tAnn\rbo@example.org\tBo\r", true)) ==
          ann_and_bo);
    // A line break of an old program within a field, in a file of a newer one.
    CHECK(folder.rows_of("email,name\nann@example.org,\"An\rn\"\n") == Lines{{"ann@example.org", "An\rn"}});
    folder.dir.write("a.csv", "email,name\rann@example.org,Ann\r\"bo@example.org,Bo\rcy@example.org,Cy\r");
    KeptRows rows;
    REQUIRE(folder.read(rows).has_value());
    CHECK(rows.rows == Lines{{"ann@example.org", "Ann"}, {"cy@example.org", "Cy"}});
    CHECK(rows.rejects == std::vector<std::string>{"3: line 3: a quote is not closed"});
}

TEST_CASE("csv: column names in another encoding cost nothing, and the option is named where they matter",
          "[unit][source][csv]") {
    Folder folder;
    const std::string text =
        "email,name,Stra\xDF"
        "e\nann@example.org,Ann,Weg\nbo@example.org,Bo,Gasse\n";
    CHECK(folder.rows_of(text) == ann_and_bo);
    CHECK(folder.columns_of(text) == std::vector<std::string>{"email", "name",
                                                              "Stra\xEF\xBF\xBD"
                                                              "e"});
    const Error error = folder.refusal(text, {"email",
                                              "Stra\xC3\x9F"
                                              "e"});
    CHECK(error.code == Errc::not_found);
    has(error, "not valid UTF-8");
    has(error, "audiencectl source edit NAME --encoding windows-1252");
    folder.settings.settings["encoding"] = "windows-1252";
    CHECK(folder.rows_of(text, {"email",
                                "Stra\xC3\x9F"
                                "e"}) == Lines{{"ann@example.org", "Weg"}, {"bo@example.org", "Gasse"}});
}

TEST_CASE("csv: a column's name may mention an address; a cell that is an address is no name",
          "[unit][source][csv]") {
    Folder folder;
    const std::string name =
        GENERATE("Your address (e.g. ann@example.org)", "E-mail (info@example.com for questions)",
                 "email @ work.", "Address, like first.last@example.org");
    CHECK(folder.columns_of("id,\"" + name + "\"\n1,ann@example.org\n") ==
          std::vector<std::string>{"id", name});
    CHECK(folder.rows_of("id,\"" + name + "\"\n1,ann@example.org\n", {name}) == Lines{{"ann@example.org"}});
    const std::string data = GENERATE("ann@example.org", " ann@example.org ", "Ann <ann@example.org>",
                                      "mailto:ann@example.org", "<ann@example.org>");
    for (const std::string& row : {"1," + data + ",Ann\n", "1;" + data + ";Ann, Dr.\n", data + "\n"}) {
        const Error error = folder.refusal(row + "2,bo@example.org,Bo\n");
        CHECK(error.code == Errc::bad_config);
        has(error, "not a header");
        CHECK(error.text().find("ann") == std::string::npos);
    }
}

TEST_CASE("csv says what a file is that is no text", "[unit][source][csv]") {
    Folder folder;
    const std::string zip = "PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0"s;
    const std::string xlsx = zip + "\0\0\0\0[Content_Types].xml\0\0PK\x03\x04\0\0xl/workbook.xml"s;
    const std::string xls = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"s;
    const std::string ods = zip + "mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK";
    const auto c = GENERATE_COPY(table<std::string, const char*, const char*>({
        {xlsx, "a spreadsheet file (Excel, .xlsx)", "save it as CSV"},
        {xls, "a spreadsheet file (Excel, .xls", "save it as CSV"},
        {ods, "a spreadsheet file (OpenDocument, .ods)", "save it as CSV"},
        {zip + "\0\0members.csv", "a zip archive", "unpack it"},
        {"PAR1\x15\x04\x15", "a Parquet file", "export it as CSV"},
        {"SQLite format 3\0\x10"s, "a SQLite database", "--sqlite"},
        {"\n<!DOCTYPE html>\n<html>", "a web page (HTML)", "save it as CSV"},
        {"<html xmlns:x=\"urn:x\"><table>", "a web page (HTML)", "save it as CSV"},
        {"<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>", "an XML file",
         "save it as CSV"},
        {"[\n {\"email\": \"ann@example.org\"}]", "a JSON file", "as CSV"},
    }));
    for (const std::string& name : {"a.csv"s, "members.xlsx"s, "members"s, "a.csv.gz"s}) {
        for (const std::string& content : {std::get<0>(c), gzip(std::get<0>(c))}) {
            const Error error = folder.refusal(content, {"email"}, name);
            CHECK(error.code == Errc::bad_config);
            has(error, std::get<1>(c));
            has(error, std::get<2>(c));
            CHECK(error.text().find("ann") == std::string::npos);
        }
    }
}

TEST_CASE("csv unpacks gzip by its content, whatever the name", "[unit][source][csv]") {
    Folder folder;
    const std::string text = "email,name\nann@example.org,Ann\nbo@example.org,Bo\n";
    for (const char* name : {"a.csv", "a.csv.gz", "a.gzip"}) {
        CHECK(folder.rows_of(gzip(text), {"email", "name"}, name) == ann_and_bo);
        CHECK(folder.rows_of(text, {"email", "name"}, name) == ann_and_bo);
    }
    CHECK(folder.rows_of(gzip(utf16(u"email\tname\rann@example.org\tAnn\rbo@example.org\tBo\r", false))) ==
          ann_and_bo);
    // One that is cut at its very beginning is not a short text.
    for (const std::size_t size : {0u, 1u, 2u, 3u, 12u}) {
        const Error error = folder.refusal(gzip(text).substr(0, size), {"email"}, "a.csv.gz");
        CHECK(error.code == Errc::not_ready);
        has(error, "gzip");
    }
}

}  // namespace audienced::unit::source_csv_source_formats_test
