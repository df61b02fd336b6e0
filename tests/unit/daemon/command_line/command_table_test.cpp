#include "command_line/command_table.hpp"

#include <catch2/catch.hpp>

#include "toy_program.hpp"

namespace audienced::unit::daemon_command_line_command_table_test {

using namespace audienced;
using namespace audienced::command_line;

namespace {

std::vector<std::string> words_of(const std::vector<const CommandRow*>& rows) {
    std::vector<std::string> out;
    for (const auto* row : rows) out.push_back(row->words);
    return out;
}

}  // namespace

TEST_CASE("the table has every command and option as it was declared", "[unit][command_line]") {
    const test::ToyProgram toy;
    const auto table = table_of(toy.app);
    CHECK(table.program == "toy");
    CHECK(words_of(table.below("")) == std::vector<std::string>{"segment", "runs", "run", "status"});
    CHECK(words_of(table.below("segment")) == std::vector<std::string>{"segment add", "segment list"});
    CHECK(table.below("status").empty());
    REQUIRE(table.everywhere.size() == 2);  // and not --help
    CHECK(table.everywhere[0].value == "PATH");
    CHECK_FALSE(table.everywhere[1].takes_value());
    CHECK(table.find("segment")->is_noun);
    CHECK(table.find("segment")->section == "Defining");
    CHECK(table.find("nothing") == nullptr);
    const auto* add = table.find("segment add");
    REQUIRE(add);
    CHECK_FALSE(add->is_noun);
    CHECK(add->about == "define one");
    CHECK(add->find("NAME")->positional);
    CHECK(add->find("NAME")->required);
    CHECK(add->find("NAME")->value == "");
    CHECK(add->find("--query")->one_of == add->find("--table")->one_of);
    CHECK(add->find("--query")->required);
    CHECK(add->find("--map")->repeatable);
    CHECK(add->find("--mode")->choices() == std::vector<std::string>{"mirror", "upsert"});
    CHECK(add->find("--title")->choices().empty());
    CHECK(add->find("--no-title")->value == "");
    CHECK(table.find("runs list")->find("--limit")->value == "N");
    CHECK(table.find("runs list")->find("--limit")->range == "1 to 1000");
    CHECK(table.find("run")->find("EXPORT")->repeatable);
}

TEST_CASE("a synopsis has arguments and what is required first, and fits the columns",
          "[unit][command_line]") {
    const test::ToyProgram toy;
    const auto table = table_of(toy.app);
    const auto of = [&](const char* words, std::size_t columns) {
        return synopsis(table, *table.find(words), columns, 4);
    };
    CHECK(of("segment add", 200) ==
          "toy segment add NAME (--query SQL | --table T) [--mode mirror|upsert|CALENDAR] [--map A=B]... "
          "[--title T] "
          "[--no-title]");
    CHECK(of("segment add", 40) ==
          "toy segment add NAME\n"
          "    (--query SQL | --table T)\n"
          "    [--mode mirror|upsert|CALENDAR]\n"
          "    [--map A=B]... [--title T]\n"
          "    [--no-title]");
    CHECK(of("segment add", 20).find("\n    (--query SQL |\n    --table T)\n") != std::string::npos);
    CHECK(of("run", 80) == "toy run EXPORT... [--follow]");
    CHECK(of("segment", 80) == "toy segment COMMAND");
    CHECK(of("status", 80) == "toy status");
}

TEST_CASE("text is broken at blanks, and a long word stays whole", "[unit][command_line]") {
    CHECK(wrapped("", 10, 2) == "");
    CHECK(wrapped("one two", 10, 2) == "one two");
    CHECK(wrapped("one two three four", 9, 2) == "one two\n  three\n  four");
    CHECK(wrapped("incomprehensible it is", 5, 1) == "incomprehensible\n it\n is");
}

}  // namespace audienced::unit::daemon_command_line_command_table_test
