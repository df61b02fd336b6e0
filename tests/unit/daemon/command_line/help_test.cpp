#include "command_line/help.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "toy_program.hpp"

namespace audienced::unit::daemon_command_line_help_test {

using namespace audienced;
using namespace audienced::command_line;

TEST_CASE("help shows arguments, options and ranges; of a noun its commands", "[unit][command_line]") {
    const test::ToyProgram toy;
    const auto table = table_of(toy.app);
    CHECK(help_of(table, *table.find("runs list")) ==
          "toy runs list [--limit N]\n"
          "\n"
          "newest first\n"
          "\n"
          "Options:\n"
          "  --limit N      rows at most (1 to 1000)\n"
          "\n"
          "Options of every command:\n"
          "  --socket PATH  where it listens\n"
          "  --json         as JSON\n");
    CHECK(help_of(table, *table.find("runs")) ==
          "toy runs COMMAND\n"
          "\n"
          "runs so far\n"
          "\n"
          "Commands:\n"
          "  show  one run\n"
          "  list  newest first\n"
          "\n"
          "toy runs COMMAND --help explains one of them.\n");
    CHECK(overview(table, false) ==
          "toy: a program for tests.\n"
          "\n"
          "Defining:\n"
          "  segment  sets of profiles\n"
          "\n"
          "Running:\n"
          "  runs     runs so far\n"
          "  run      run exports\n"
          "\n"
          "Looking:\n"
          "  status   the state\n");
    CHECK(overview(table, true).find("--socket PATH  where it listens\n") != std::string::npos);
}

TEST_CASE("no line is wider than 80 columns", "[unit][command_line]") {
    const test::ToyProgram toy;
    auto table = table_of(toy.app);
    OptionRow& row = table.commands[1].options[1];  // segment add
    for (int i = 0; i < 40; ++i) row.help += " and more words";
    row.value = "A_NAME_THAT_IS_RATHER_LONG";
    std::istringstream lines(help_of(table, table.commands[1]));
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(line.size() <= 80);
    }
}

}  // namespace audienced::unit::daemon_command_line_help_test
