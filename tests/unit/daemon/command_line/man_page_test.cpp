#include "command_line/man_page.hpp"

#include <catch2/catch.hpp>

#include "toy_program.hpp"

namespace audienced::unit::daemon_command_line_man_page_test {

using namespace audienced;
using namespace audienced::command_line;

TEST_CASE("text is shown literally, whatever it begins with", "[unit][command_line]") {
    CHECK(roff("a-b") == "a\\-b");
    CHECK(roff(".TH x") == "\\&.TH x");
    CHECK(roff("a\n.b") == "a\n\\&.b");
    CHECK(roff("'x") == "\\&\\(aqx");
    CHECK(roff("C:\\dir") == "C:\\edir");
    CHECK(roff("see `--x` here") == "see \\fB\\-\\-x\\fR here");
    const std::string dots = roff_paragraph(std::string(76, 'a') + " b ...c");
    CHECK(dots.find("\n.c") == std::string::npos);
    CHECK(roff_paragraph(std::string(78, 'a') + " ...") == ".PP\n" + std::string(78, 'a') + "\n\\&...\n");
}

TEST_CASE("a page has every command with its synopsis and options", "[unit][command_line]") {
    const test::ToyProgram toy;
    const auto table = table_of(toy.app);
    CHECK(sections_of(table) == std::vector<std::string>{"Defining", "Running", "Looking"});
    CHECK(roff_commands(table, "Looking") == ".SS status\n.nf\ntoy status\n.fi\n.PP\nThe state.\n");
    const std::string running = roff_commands(table, "Running");
    CHECK(running.find(".SS runs list\n.nf\ntoy runs list [\\-\\-limit N]\n.fi\n.PP\nNewest first.\n"
                       ".TP\n\\fB\\-\\-limit N\\fR\nrows at most (1 to 1000)\n") != std::string::npos);
    CHECK(running.find(".SS runs\n") == std::string::npos);  // a noun is no command by itself
    ManPage page;
    page.name = "toy";
    page.section = "1";
    page.version = "2.0";
    page.date = "2026-01-02";
    page.about = "a program";
    page.parts.emplace_back("Description", roff_paragraph("It plays."));
    CHECK(print_man_page(page) ==
          ".TH TOY 1 2026-01-02 \"audienced 2.0\" \"audienced\"\n.nh\n.ad l\n.SH NAME\ntoy \\- a "
          "program\n.SH DESCRIPTION\nIt "
          "plays.\n");
}

}  // namespace audienced::unit::daemon_command_line_man_page_test
