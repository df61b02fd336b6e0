#include "table.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::daemon_audiencectl_table_test {

using namespace audienced::ctl;
using Kind = Column::Kind;

namespace {

Table customers() {
    Table table({{"NAME", Kind::may_be_cut}, {"N", Kind::number}, {"WHAT", Kind::may_be_cut}});
    table.add({"東京", "7", "a sentence that is rather long for a table"});
    table.add({"Köln", "1,234", ""});
    return table;
}

}  // namespace

TEST_CASE("columns stand below each other by what a terminal shows, and nothing trails", "[unit][ctl]") {
    CHECK(customers().print({}) ==
          "NAME      N  WHAT\n"
          "東京      7  a sentence that is rather long for a table\n"
          "Köln  1,234\n");
}

TEST_CASE("a table is cut to the terminal, the widest column first, and never in a pipe", "[unit][ctl]") {
    View view;
    view.columns = 30;
    CHECK(customers().print(view) ==
          "NAME      N  WHAT\n"
          "東京      7  a sentence that …\n"
          "Köln  1,234\n");
    view.columns = 5;  // what may not be cut is not
    CHECK(customers().print(view) ==
          "NAME      N  WHAT\n"
          "東京      7  a sente…\n"
          "Köln  1,234\n");
}

TEST_CASE("a name is cut when nothing else can be", "[unit][ctl]") {
    Table table({{"NAME", Kind::name}, {"WHAT", Kind::may_be_cut}});
    table.add({"a-name-of-twenty-six-letters", "a sentence"});
    View view;
    view.columns = 39;
    CHECK(table.print(view) ==
          "NAME                          WHAT\n"
          "a-name-of-twenty-six-letters  a senten…\n");
    view.columns = 30;
    CHECK(table.print(view) ==
          "NAME                  WHAT\n"
          "a-name-of-twenty-si…  a sente…\n");
}

TEST_CASE("cells cannot break their line, and colour does not count as width", "[unit][ctl]") {
    Table table({{"A"}, {"B"}});
    table.add({Cell("x\ny", Tone::bad), "b"});
    View view;
    view.colour = true;
    CHECK(table.print(view) == "\x1b[1mA\x1b[0m     \x1b[1mB\x1b[0m\n\x1b[31mx\\ny\x1b[0m  b\n");
    CHECK(Table({{"A"}}).print({}).empty());
}

TEST_CASE("the zone of instants stands in the head where it is one, else beside each", "[unit][ctl]") {
    const LocalTime winter{"2026-01-01 03:00", "CET"}, summer{"2026-07-01 03:00", "CEST"};
    const auto one = time_column("NEXT", {winter, std::nullopt}, {"", "disabled"});
    CHECK(one.head.head == "NEXT (CET)");
    CHECK(one.cells == std::vector<std::string>{"2026-01-01 03:00", "disabled"});
    const auto two = time_column("NEXT", {winter, summer});
    CHECK(two.head.head == "NEXT");
    CHECK(two.cells == std::vector<std::string>{"2026-01-01 03:00 CET", "2026-07-01 03:00 CEST"});
    CHECK(time_column("NEXT", {std::nullopt}).head.head == "NEXT");
}

}  // namespace audienced::unit::daemon_audiencectl_table_test
