#include "command_line/completion.hpp"

#include <catch2/catch.hpp>

#include "toy_program.hpp"

namespace audienced::unit::daemon_command_line_completion_test {

using namespace audienced;
using namespace audienced::command_line;

namespace {

Completion of(const std::vector<std::string>& words) {
    static const test::ToyProgram toy;
    return complete(table_of(toy.app), words);
}

std::string words_of(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& one : of(words).candidates) out += (out.empty() ? "" : " ") + one.word;
    return out;
}

}  // namespace

TEST_CASE("commands, options and choices follow what is typed", "[unit][command_line]") {
    CHECK(words_of({""}) == "segment runs run status");
    CHECK(words_of({}) == "segment runs run status");
    CHECK(words_of({"ru"}) == "runs run");
    CHECK(of({"st"}).candidates == std::vector<Candidate>{{"status", "the state"}});
    CHECK(words_of({"segment", ""}) == "add list");
    CHECK(words_of({"--json", "segment", "a"}) == "add");
    CHECK(words_of({"--socket", "segment", "run", "--f"}) == "--follow");  // "segment" is the socket here
    CHECK(words_of({"--socket=x", "segment", "l"}) == "list");
    CHECK(words_of({"segment", "add", "s", "--t"}) == "--title --table");
    CHECK(words_of({"segment", "add", "s", "--title", "x", "--t"}) == "--table");
    CHECK(words_of({"segment", "add", "s", "--map", "a=b", "--ma"}) == "--map");  // repeatable
    CHECK(words_of({"segment", "add", "s", "--mode", ""}) == "mirror upsert");
    CHECK(words_of({"segment", "add", "s", "--mode", "u"}) == "upsert");
    CHECK(words_of({"segment", "add", "s", "--mode=u"}) == "--mode=upsert");
    CHECK(words_of({"segment", "add", "s", "--mode", "="}) == "mirror upsert");  // as bash takes it apart
    CHECK(words_of({"segment", "add", "s", "--mode", "=", "m"}) == "mirror");
    CHECK(words_of({"segment", "add", "s", "--title", ""}) == "");
    CHECK(words_of({"status", ""}) == "--socket --json --help");
    CHECK(words_of({"status", "x"}) == "");
    CHECK(words_of({"nothing", ""}) == "segment runs run status");
    CHECK(words_of({"-"}) == "--socket --json --help");
}

TEST_CASE("names and files are asked for where they may stand", "[unit][command_line]") {
    CHECK(of({"run", ""}).names == Names::exports);
    CHECK(of({"run", "spring", "su"}).names == Names::exports);
    CHECK(of({"run", "spring", "su"}).typed == "su");
    CHECK(of({"runs", "show", ""}).names == Names::runs);
    CHECK(of({"runs", "show", "4", ""}).names == Names::none);
    CHECK(of({"segment", "add", ""}).names == Names::none);
    CHECK(of({"--socket", ""}).names == Names::files);
    CHECK(of({"segment", "add", "s", "--title", ""}).names == Names::none);
    CommandRow show, add;
    show.words = "source show";
    add.words = "source add";
    OptionRow name, connection, folder;
    name.name = "NAME";
    connection.name = "--connection";
    folder.name = "--csv";
    folder.value = "DIR";
    CHECK(names_of(show, name) == Names::sources);
    CHECK(names_of(add, name) == Names::none);
    CHECK(names_of(add, connection) == Names::connections);
    CHECK(names_of(add, folder) == Names::folders);
}

}  // namespace audienced::unit::daemon_command_line_completion_test
