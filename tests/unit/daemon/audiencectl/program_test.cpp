#include "program.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "command_line/completion.hpp"
#include "command_line/help.hpp"
#include "support/source_tree.hpp"

namespace audienced::unit::daemon_audiencectl_program_test {

using namespace audienced;
using command_line::Names;

namespace {

command_line::CommandTable table() {
    CLI::App app;
    ctl::Shell shell;
    ctl::Commands commands(app);
    ctl::declare_program(commands, shell);
    return command_line::table_of(app);
}

/// The section "## export" of docs/COMMANDS.md, which may name more than one noun in its title.
std::string section_of(const std::string& command) {
    const std::string noun = command.substr(0, command.find(' '));
    std::ifstream page(test::source_file("docs/COMMANDS.md"));
    std::string out;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("## ")) inside = (" " + line + ",").find(" " + noun + ",") != std::string::npos;
        if (inside) out += line + "\n";
    }
    return out;
}

bool names(const std::string& text, const std::string& word) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const auto is_letter = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
        };
        const char after = at + word.size() < text.size() ? text[at + word.size()] : ' ';
        if (!is_letter(after) && (at == 0 || !is_letter(text[at - 1]))) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("docs/COMMANDS.md has every command and every option", "[unit][control]") {
    for (const auto& command : table().commands) {
        const std::string section = section_of(command.words);
        INFO(command.words);
        CHECK(names(section, command.words.substr(command.words.rfind(' ') + 1)));
        for (const auto& option : command.options) {
            INFO(option.name);
            CHECK(names(section, option.name));
        }
    }
}

TEST_CASE("every command and option is explained, in a sentence that help can show", "[unit][control]") {
    const auto all = table();
    for (const auto& command : all.commands) {
        INFO(command.words);
        CHECK(command.about.size() > 5);
        for (const auto& option : command.options) {
            INFO(option.name);
            CHECK(option.help.size() > 5);
            CHECK(option.help.back() != '.');
            if (!option.positional && !option.value.empty()) CHECK(option.value != "TEXT");
            CHECK(option.value.find("UINT") == std::string::npos);
        }
        std::istringstream lines(command_line::help_of(all, command));
        for (std::string line; std::getline(lines, line);) {
            INFO(line);
            CHECK(line.size() <= 80);
        }
    }
    for (const auto* command : all.below("")) CHECK(command->section != "Subcommands");
}

TEST_CASE("completion knows what each argument is the name of", "[unit][control]") {
    const auto all = table();
    for (const auto& command : all.commands)
        for (const auto& option : command.options) {
            INFO(command.words << " " << option.name);
            if (!option.positional || option.name == "NEW" || option.name == "CALENDAR" ||
                option.name == "EMAIL" || command.words.ends_with(" add"))
                continue;
            CHECK((command_line::names_of(command, option) != Names::none || !option.choices().empty()));
        }
    const auto names_after = [&](std::vector<std::string> words) {
        words.emplace_back();
        return command_line::complete(all, words).names;
    };
    CHECK(names_after({"segment", "add", "s", "--source"}) == Names::sources);
    CHECK(names_after({"export", "add", "e", "--segment"}) == Names::segments);
    CHECK(names_after({"export", "attach", "e", "--connection"}) == Names::connections);
    CHECK(names_after({"export", "show"}) == Names::exports);
    CHECK(names_after({"connection", "consent"}) == Names::connections);
    CHECK(names_after({"run"}) == Names::exports);
    CHECK(names_after({"runs", "approve"}) == Names::runs);
    CHECK(names_after({"source", "add", "s", "--csv"}) == Names::folders);
    CHECK(names_after({"source", "add", "s", "--sqlite"}) == Names::files);
    CHECK(names_after({"connection", "add", "c", "--api-key-file"}) == Names::files);
    CHECK(names_after({"apply"}) == Names::files);
}

}  // namespace audienced::unit::daemon_audiencectl_program_test
