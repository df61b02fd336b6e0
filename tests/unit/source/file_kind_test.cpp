#include "source/file_kind.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace audienced::unit::source_file_kind_test {

using namespace std::string_literals;
using audienced::source::file_kind;
using audienced::source::kind_of_no_table;

TEST_CASE("a table in text is taken for no other kind of file, whatever its columns are called",
          "[unit][source]") {
    const std::string text = GENERATE("email,a,DUCK\n"s, "e,n,Standard Jet DB,Standard ACE DB\n"s,
                                      "{email},name\n"s, "[email],name\n"s, "PAR1,BZh,Obj,PGDMP\n"s,
                                      "7z;Rar!;%PDF\n"s, "\xEF\xBB\xBF"s + "email\tname\n",
                                      "email," + std::string(251, 'x') + "ustar\n", "<email>,name\n"s);
    INFO(text);
    CHECK(kind_of_no_table(text).what.empty());
    CHECK(file_kind(text).what == "a text, a CSV file by its first line");
}

TEST_CASE("a file that is no table is told by its first bytes", "[unit][source]") {
    const std::string noise(300, '\0');
    CHECK(kind_of_no_table("\0\0\0\0\0\0\0\0DUCK"s + noise).what == "a database of DuckDB");
    CHECK(kind_of_no_table("\0\0\0\0Standard ACE DB"s + noise).what == "a database of Microsoft Access");
    CHECK(kind_of_no_table(std::string(257, '\0') + "ustar").what == "a tar archive");
    CHECK(kind_of_no_table("PGDMP\x01\x0e"s).hint.find("--postgres") != std::string_view::npos);
    CHECK(kind_of_no_table("version https://git-lfs.example/spec/v1\n").hint == "fetch it with git lfs pull");
    CHECK(kind_of_no_table("\xFF\xFE\0\0a\0\0\0"s).what == "text in UTF-32");
    CHECK(kind_of_no_table("").what.empty());
}

}  // namespace audienced::unit::source_file_kind_test
