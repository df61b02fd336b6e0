// argv -> command -> exit code. docs/COMMANDS.md says what each command does.
#include <unistd.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>

#include "command_line/help.hpp"
#include "command_line/output.hpp"
#include "command_line/usage.hpp"
#include "complete.hpp"
#include "completion_scripts.hpp"
#include "control/problem.hpp"
#include "overview.hpp"
#include "program.hpp"

namespace audienced::ctl {
namespace {

using Words = std::vector<std::string>;

/// Also where the command line was not understood as far as that option.
bool wants_json(const Words& words) {
    return std::find(words.begin(), words.end(), "--json") != words.end();
}

/// Asked for nothing: neither a command nor what may be a misspelt one.
bool is_bare(const CLI::App& app) {
    return app.get_subcommands().empty() && app.remaining_size(true) == 0;
}

std::string help_text(const CLI::App& app) {
    const auto table = command_line::table_of(app);
    const auto* command = table.find(command_line::parsed_words(app));
    return command ? command_line::help_of(table, *command) : command_line::overview(table, true);
}

int parse_failed(const CLI::App& app, Shell shell, const Words& words, const CLI::ParseError& why) {
    shell.json = wants_json(words);
    if (dynamic_cast<const CLI::RequiredError*>(&why) && is_bare(app) && !shell.json) {
        std::cerr << command_line::overview(command_line::table_of(app), false) << "\n"
                  << ask_next_step(shell) << std::endl;
        return control::exit_usage;
    }
    return shell.fail(command_line::usage_error(app, why));
}

int run(const Words& words) {
    CLI::App app;
    Shell shell;
    shell.terminal = ::isatty(STDOUT_FILENO) == 1;
    Commands commands(app);
    declare_program(commands, shell);
    if (!words.empty() && words[0] == complete_command)
        return print_candidates(app, {words.begin() + 1, words.end()});
    try {
        app.parse(Words(words.rbegin(), words.rend()));
    } catch (const CLI::CallForVersion& version) {
        std::cout << version.what() << std::endl;
        return control::exit_done;
    } catch (const CLI::CallForHelp&) {
        std::cout << help_text(app) << std::flush;
        return control::exit_done;
    } catch (const CLI::ParseError& why) {
        return parse_failed(app, shell, words, why);
    }
    const auto* chosen = commands.chosen();
    return chosen ? (*chosen)(shell) : control::exit_usage;
}

}  // namespace
}  // namespace audienced::ctl

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    audienced::command_line::keep_standard_descriptors();
    audienced::command_line::CheckedOutput output;
    try {
        const int code = audienced::ctl::run({argv + std::min(argc, 1), argv + argc});
        return output.end("audiencectl", code);
    } catch (const std::exception& e) {
        std::cerr << "audiencectl: a bug: " << e.what() << std::endl;
        return audienced::control::exit_failed;
    }
}
