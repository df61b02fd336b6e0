#include "source/delimited/rows.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_delimited_rows_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::TempDir;
using Lines = std::vector<std::vector<std::string>>;

namespace {

/// Rows as they come out of a folder of CSV files.
struct Csv {
    TempDir dir;
    model::Source settings{"crm", "csv", {{"csv", dir.path().string()}}, {}};

    result<source::Snapshot> read(const std::string& what, const std::vector<std::string>& columns,
                                  KeptRows& rows) const {
        const model::Segment segment{"seg", "crm", model::Segment::Kind::file, what, "", {}};
        return source::make(settings, {}).value()->read(segment, columns, rows, {});
    }
};

}  // namespace

TEST_CASE("empty fields that are missing or too many at the end of a row, and blank rows, cost nothing",
          "[unit][source]") {
    Csv csv;
    csv.dir.write("a.csv",
                  "id,email,name,city\n"
                  "1,a@x.org,A\n"
                  "2,b@x.org\n"
                  ",,,\n"
                  "   \n"
                  "\"\",\"\",,,,\n"
                  "3,c@x.org,C,Ulm,,,\n"
                  "4,,D\n"
                  "5,e@x.org,E,Bonn");
    KeptRows rows;
    auto snapshot = csv.read("a.csv", {"email", "name", "city"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rejects.empty());
    CHECK(rows.rows == Lines{{"a@x.org", "A", "NULL"},
                             {"b@x.org", "NULL", "NULL"},
                             {"c@x.org", "C", "Ulm"},
                             {"", "D", "NULL"},
                             {"e@x.org", "E", "Bonn"}});
    CHECK(rows.numbers == std::vector<std::uint64_t>{2, 3, 7, 8, 9});
    CHECK(snapshot->rows == 5);
}

TEST_CASE("the address may be the empty field that is missing at the end", "[unit][source]") {
    Csv csv;
    // A spreadsheet leaves out the delimiters of an empty last column, in blocks of rows.
    csv.dir.write(
        "a.csv",
        "id,name,phone,email\n1,Ann,7,ann@example.org\n2,Bo\n3\n4,Cy,\n5,dee@example.org\n6, ,9,  , \n");
    KeptRows rows;
    REQUIRE(csv.read("a.csv", {"email", "name"}, rows).has_value());
    CHECK(rows.rows ==
          Lines{{"ann@example.org", "Ann"}, {"NULL", "Bo"}, {"NULL", "NULL"}, {"NULL", "Cy"}, {"  ", " "}});
    CHECK(rows.addresses == std::vector<std::string>{"dee@example.org"});
    CHECK(rows.rejects == std::vector<std::string>{"6: line 6: it has 2 fields, not 4"});
}

TEST_CASE("a row that cannot be read still tells whose it is, where that is plain to see", "[unit][source]") {
    Csv csv;
    csv.dir.write("a.csv",
                  "id,email,name,city\n"
                  "1,a@x.org,Meyer, Ann,Ulm\n"  // a delimiter behind the address
                  "1,2,b@x.org,B,Ulm\n"         // one before it
                  "c@x.org,C,Ulm\n"             // a field lost before it
                  "4,D,Ulm\n"                   // the address itself is lost
                  "5,e@x.org,\"E\"x,Ulm\n"      // the damage begins behind it
                  "\"6\"x,f@x.org,F,Ulm\n"      // and before it
                  "7,\"g@x.org,G,Ulm\n"         // in it
                  "8,h@x.org,H,Ulm\n"
                  "9,i@x.or");  // cut in the address
    KeptRows rows;
    REQUIRE(csv.read("a.csv", {"email", "name", "city"}, rows).has_value());
    CHECK(rows.rows == Lines{{"h@x.org", "H", "Ulm"}});
    CHECK(rows.addresses ==
          std::vector<std::string>{"a@x.org", "b@x.org", "c@x.org", "-", "e@x.org", "-", "-", "-"});
    REQUIRE(rows.rejects.size() == 8);
    CHECK(rows.rejects[7] ==
          "10: line 10: it has 2 fields, not 4, and the file ends in it: it may have been cut");
}

TEST_CASE("a last line that was cut behind the address is not delivered, and tells whose it is",
          "[unit][source]") {
    Csv csv;
    csv.dir.write("a.csv", "email,name,city\na@x.org,A,Ulm\nb@x.org,Be");
    KeptRows rows;
    REQUIRE(csv.read("a.csv", {"email", "name", "city"}, rows).has_value());
    CHECK(rows.rows == Lines{{"a@x.org", "A", "Ulm"}});
    CHECK(rows.addresses == std::vector<std::string>{"b@x.org"});
}

TEST_CASE("short rows are shown where the address does not stand first", "[unit][source]") {
    Csv csv;
    csv.dir.write("a.csv", "id,email,name\n1,a@x.org\n");
    KeptRows rows;
    REQUIRE(csv.read("a.csv", {"id", "email", "name"}, rows).has_value());
    CHECK(rows.rows == Lines{{"1", "a@x.org", "NULL"}});
}

TEST_CASE(
    "csv: another encoding than the expected costs the values it spoils, and is named once for each file",
    "[unit][source]") {
    Csv csv;
    csv.dir.write("a.csv", "email,name,note\na@x.org,M\xFCller,x\nb@x.org,B,\xE4\nc@x.org,J\xF6rg,y\n");
    csv.dir.write("b.csv", "email,name\nd@x.org,\xC4nne\n");
    KeptRows rows;
    REQUIRE(csv.read("?.csv", {"email", "name"}, rows).has_value());
    CHECK(rows.rows == Lines{{"b@x.org", "B"}});
    CHECK(rows.addresses == std::vector<std::string>{"a@x.org", "c@x.org", "d@x.org"});
    const std::string long_words =
        "the column name is not valid UTF-8; the file looks like Windows-1252: audiencectl source edit NAME "
        "--encoding windows-1252";
    CHECK(rows.rejects == std::vector<std::string>{"1: a.csv, line 2: " + long_words,
                                                   "3: a.csv, line 4: the column name is not valid UTF-8",
                                                   "4: b.csv, line 2: " + long_words});
    csv.settings.settings["encoding"] = "windows-1252";
    csv.dir.write("a.csv", "email,name\na@x.org,M\x81ller\n");
    KeptRows again;
    REQUIRE(csv.read("a.csv", {"email", "name"}, again).has_value());
    CHECK(again.rejects ==
          std::vector<std::string>{"2: line 2: the column name is not valid UTF-8 after it was decoded"});
}

TEST_CASE("csv: the blank rows that a spreadsheet leaves cost nothing", "[unit][source]") {
    const std::string blank =
        GENERATE(",,,,\n", "\"\",\"\",\"\"\r\n", "  , ,\t\n", "\xC2\xA0,,\n", " \n", ";;;;\n");
    std::string text = "email,name\nann@example.org,Ann\n";
    constexpr int many = 100'000;
    for (int i = 0; i < many; ++i) text += blank;
    text += "bo@example.org,Bo\n";
    if (blank[0] == ';') std::replace(text.begin(), text.end(), ',', ';');
    text += "\x1A";  // with which programs of DOS ended a file
    Csv csv;
    csv.dir.write("a.csv", text);
    KeptRows rows;
    auto snapshot = csv.read("a.csv", {"email", "name"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows == Lines{{"ann@example.org", "Ann"}, {"bo@example.org", "Bo"}});
    CHECK(rows.rejects.empty());
    CHECK(snapshot->rows == 2);
}

TEST_CASE("csv: blank rows above and below the header cost nothing", "[unit][source]") {
    Csv csv;
    csv.dir.write(
        "a.csv",
        ",,\n\"\",\"\",\"\"\n \nemail,name,city\n,,\nann@example.org,Ann,Ulm\nbo@example.org,Bo,,,\n");
    KeptRows rows;
    REQUIRE(csv.read("a.csv", {"email", "name"}, rows).has_value());
    CHECK(rows.rows == Lines{{"ann@example.org", "Ann"}, {"bo@example.org", "Bo"}});
    csv.dir.write("a.csv", ",,\n,,\n");
    CHECK(csv.read("a.csv", {"email"}, rows).error().code == Errc::not_ready);
}

TEST_CASE("csv names both columns of one name, with their places", "[unit][source]") {
    Csv csv;
    csv.dir.write("a.csv", "id,email,name,email\n1,ann@example.org,Ann,x\n");
    KeptRows rows;
    const Error error = csv.read("a.csv", {"email", "name"}, rows).error();
    CHECK(error.code == Errc::bad_config);
    CHECK(error.message == "a.csv has two columns named email, column 2 and column 4");
    // Columns that are not mapped may share a name, as the empty ones do that spreadsheets leave.
    csv.dir.write("a.csv", "email,name,,\nann@example.org,Ann,,\n");
    REQUIRE(csv.read("a.csv", {"email", "name"}, rows).has_value());
    CHECK(rows.rows == Lines{{"ann@example.org", "Ann"}});
}

}  // namespace audienced::unit::source_delimited_rows_test
