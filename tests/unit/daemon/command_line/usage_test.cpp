#include "command_line/usage.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "toy_program.hpp"

namespace audienced::unit::daemon_command_line_usage_test {

using namespace audienced;

namespace {

Error error_of(std::vector<std::string> words) {
    test::ToyProgram toy;
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    try {
        toy.app.parse(words);
    } catch (const CLI::ParseError& why) {
        return command_line::usage_error(toy.app, why);
    }
    return make_error(Errc::bug, "it was understood");
}

struct Row {
    std::vector<std::string> words;
    const char* says;
};

}  // namespace

TEST_CASE("a word that does not exist is named with what was likely meant", "[unit][command_line]") {
    const std::vector<Row> rows{
        {{"stauts"}, "there is no command \"stauts\"; did you mean toy status?"},
        {{"seg", "list"}, "there is no command \"seg\"; did you mean toy segment?"},
        {{"list"}, "there is no command \"list\"; did you mean toy segment list or toy runs list?"},
        {{"frob"}, "there is no command \"frob\"; toy --help lists the commands"},
        {{"segment", "lst"}, "segment has no command \"lst\"; did you mean toy segment list?"},
        {{"segment", "frob"}, "segment has no command \"frob\"; it has add and list"},
        {{"runs", "42"}, "runs has no command \"42\"; did you mean toy runs show 42?"},
        {{"status", "x"}, "status takes no argument, and \"x\" was given; see toy status --help"},
        {{"runs", "show", "1", "2"},
         "\"2\" is one argument too many: runs show takes RUN; put quotes around a text that has blanks in "
         "it"},
        {{"segment", "add", "s", "--tabel", "t"},
         "segment add has no option \"--tabel\"; did you mean --table?"},
        {{"segment", "add", "s", "--tabel=t"},
         "segment add has no option \"--tabel\"; did you mean --table?"},
        {{"run", "x", "--folow"}, "run has no option \"--folow\"; did you mean --follow?"},
        {{"run", "x", "--", "--follow"},
         "\"--follow\" comes after --, and what comes there is no option; put options before the --"},
        {{"run", "x", "--frob"}, "run has no option \"--frob\"; toy run --help lists its options"},
        {{"--jsn", "status"}, "status has no option \"--jsn\"; did you mean --json?"},
        {{"--frob"}, "toy has no option \"--frob\"; toy --help lists its options"}};
    for (const auto& row : rows) {
        const auto error = error_of(row.words);
        CHECK(error.code == Errc::usage);
        CHECK(error.text() == row.says);
    }
}

TEST_CASE("a program without commands says so", "[unit][command_line]") {
    CLI::App plain{"a program of options alone", "plain"};
    bool check = false;
    plain.add_flag("--check", check, "checks");
    try {
        plain.parse(std::vector<std::string>{"extra"});
        FAIL("it was understood");
    } catch (const CLI::ParseError& why) {
        CHECK(command_line::usage_error(plain, why).text() ==
              "plain takes no command; plain --help lists its options");
    }
}

TEST_CASE("what is missing, or too much, is named", "[unit][command_line]") {
    const std::vector<Row> rows{
        {{}, "toy needs a command: segment, runs, run or status; see toy --help"},
        {{"segment"}, "segment needs a command: add or list; see toy segment --help"},
        {{"segment", "add", "--table", "t"}, "segment add needs NAME; see toy segment add --help"},
        {{"segment", "add", "s"}, "segment add needs one of --query or --table; see toy segment add --help"},
        {{"segment", "add", "s", "--table", "t", "--query", "q"},
         "segment add takes only one of --query and --table; see toy segment add --help"},
        {{"segment", "add", "s", "--table"}, "--table needs a value: T; see toy segment add --help"},
        {{"runs", "list", "--limit"}, "--limit needs a value: N, 1 to 1000; see toy runs list --help"},
        {{"status", "--socket", "a", "--socket", "b"},
         "--socket was given more than once, and takes one value; see toy status --help"},
        {{"run", "x", "--follow=maybe"}, "--follow takes no value; see toy run --help"},
        {{"segment", "add", "s", "--table", "t", "--title", "x", "--no-title"},
         "--title and --no-title exclude each other; see toy segment add --help"}};
    for (const auto& row : rows) CHECK(error_of(row.words).text() == row.says);
}

TEST_CASE("a value that does not fit is shown with what it must be", "[unit][command_line]") {
    const std::string huge(1000, '9');
    const std::vector<Row> rows{
        {{"runs", "list", "--limit", "0"},
         "--limit must be a whole number from 1 to 1000, not \"0\"; see toy runs list --help"},
        {{"runs", "list", "--limit", "x"},
         "--limit must be a whole number from 1 to 1000, not \"x\"; see toy runs list --help"},
        {{"runs", "list", "--limit", "1e3"},
         "--limit must be a whole number from 1 to 1000, not \"1e3\"; see toy runs list --help"},
        {{"runs", "show", "abc"}, "RUN must be the number of a run, not \"abc\"; see toy runs show --help"},
        {{"runs", "show", "-5"}, "RUN must be the number of a run, not \"-5\"; see toy runs show --help"},
        {{"runs", "show", "0"}, "RUN must be the number of a run, not \"0\"; see toy runs show --help"},
        {{"runs", "show", "99999999999999999999"},
         "RUN must be the number of a run, not \"99999999999999999999\"; see toy runs show --help"},
        {{"segment", "add", "s", "--table", "t", "--mode", "both"},
         "--mode must be mirror or upsert, not \"both\"; see toy segment add --help"}};
    for (const auto& row : rows) CHECK(error_of(row.words).text() == row.says);
    CHECK(error_of({"runs", "show", huge}).text().size() < 150);
    CHECK(error_of({"runs", "show", "\x1b[2J"}).text().find('\x1b') == std::string::npos);
    CHECK(error_of({"runs", "show", "\xff"}).text().find('\xff') == std::string::npos);
    CHECK(error_of({"runs", "show", "9223372036854775807"}).text() == "it was understood");
    CHECK(error_of({"segment", "add", "s", "--table", "t", "--mode", "mirror"}).text() ==
          "it was understood");
}

}  // namespace audienced::unit::daemon_command_line_usage_test
