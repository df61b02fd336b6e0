// argv -> command -> exit code. docs/COMMANDS.md says what each command does.
#include <unistd.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <csignal>
#include <exception>
#include <iostream>

#include "commands.hpp"
#include "control/problem.hpp"

namespace audienced::ctl {
namespace {

int run(int argc, char** argv) {
    CLI::App app("The command line of audienced: keeps audiences and lists in step with customer segments.");
    app.name("audiencectl");
    app.require_subcommand(1);
    app.fallthrough();  // --socket and --json are understood after the command too
    Shell shell;
    shell.terminal = ::isatty(STDOUT_FILENO) == 1;
    app.add_option("--socket", shell.socket, "the daemon's control socket")
        ->capture_default_str()
        ->type_name("PATH");
    app.add_flag("--json", shell.json, "print the daemon's answer as JSON");

    Commands commands(app);
    add_status(commands);
    add_source(commands);
    add_segment(commands);
    add_connection(commands);
    add_export(commands);
    add_run(commands);
    add_runs(commands);
    add_schedule(commands);
    add_audit(commands);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? control::exit_done : control::exit_usage;
    }
    const auto* chosen = commands.chosen();
    return chosen ? (*chosen)(shell) : control::exit_usage;
}

}  // namespace
}  // namespace audienced::ctl

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return audienced::ctl::run(argc, argv);
    } catch (const std::exception& e) {
        std::cerr << "audiencectl: a bug: " << e.what() << std::endl;
        return audienced::control::exit_failed;
    }
}
