#include "text_cells.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::daemon_audiencectl_text_cells_test {

using namespace audienced::ctl;

TEST_CASE("what would move the cursor or change the direction of text is shown as an escape", "[unit][ctl]") {
    const std::pair<std::string, std::string> cases[]{
        {"Käufer in Köln 東京 👩‍👩‍👧", "Käufer in Köln 東京 👩‍👩‍👧"},
        {"two\nlines\tand\r", "two\\nlines\\tand\\r"},
        {"\x1b[31mred\x07", "\\x1b[31mred\\x07"},
        {"c1 \xc2\x9b"
         "31m",
         "c1 \\u009b31m"},
        {"abc\xe2\x80\xaexcod.exe", "abc\\u202excod.exe"},
        {"\xe2\x81\xa6isolate\xe2\x81\xa9", "\\u2066isolate\\u2069"},
        {"mark\xe2\x80\x8f\xd8\x9c", "mark\\u200f\\u061c"},
        {"hidden\xe2\x80\x8b", "hidden\\u200b"},
        {"line\xe2\x80\xa8"
         "break",
         "line\\u2028break"},
        {"not UTF-8: \xff\xc3", "not UTF-8: \\xff\\xc3"},
        {"delete\x7f", "delete\\x7f"}};
    for (const auto& [text, shown] : cases) {
        CHECK(visible(text) == shown);
        CHECK(visible(shown) == shown);
    }
}

TEST_CASE("JSON keeps its meaning while it loses what a terminal would obey", "[unit][ctl]") {
    CHECK(visible_json("{\"a\":\"\xc2\x9bx\xe2\x80\xae\xc3\xa4\"}\n") ==
          "{\"a\":\"\\u009bx\\u202e\xc3\xa4\"}\n");
}

TEST_CASE("a query is shown in its own lines", "[unit][ctl]") {
    CHECK(visible_lines("SELECT *\r\n\tFROM t\n") == std::vector<std::string>{"SELECT *", "    FROM t"});
}

TEST_CASE("columns are counted as a terminal counts them", "[unit][ctl]") {
    const std::pair<std::string, std::size_t> cases[]{
        {"", 0},          {"abc", 3},  {"Köln", 4},        {"東京", 4},
        {"e\xcc\x81", 1},  // a letter and a combining accent
        {"ｱ", 1},         {"한국", 4}, {"👍", 2},           {"👩‍👩‍👧", 2},
        {"👍🏽", 2},  {"🇩🇪", 2},   {"\xef\xbc\xa1", 2}};  // full width A
    for (const auto& [text, columns] : cases) {
        CAPTURE(text);
        CHECK(display_width(text) == columns);
    }
}

TEST_CASE("text is cut between characters, and an ellipsis says so", "[unit][ctl]") {
    CHECK(cut("short", 5) == "short");
    CHECK(cut("longer", 5) == "long…");
    CHECK(cut("東京都庁", 5) == "東京…");
    CHECK(cut("東京都庁", 6) == "東京…");  // half of a wide character is none
    CHECK(cut("👩‍👩‍👧👩‍👩‍👧", 3) == "👩‍👩‍👧…");
    CHECK(cut("e\xcc\x81xy", 2) == "e\xcc\x81…");
    CHECK(cut("x", 0).empty());
}

TEST_CASE("words are wrapped, and none of them is broken", "[unit][ctl]") {
    using Lines = std::vector<std::string>;
    CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
    CHECK(wrap("audiencectl connection show", 5) == Lines{"audiencectl", "connection", "show"});
    CHECK(wrap("東京 京都 大阪", 9) == Lines{"東京 京都", "大阪"});
    CHECK(wrap("as it is", 0) == Lines{"as it is"});
    CHECK(wrap("", 10) == Lines{""});
}

}  // namespace audienced::unit::daemon_audiencectl_text_cells_test
