// audienced: argv -> configuration -> daemon -> exit code.
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "app.hpp"
#include "check_config.hpp"
#include "command_line/help.hpp"
#include "command_line/output.hpp"
#include "command_line/usage.hpp"
#include "config_file.hpp"
#include "lifecycle.hpp"
#include "options.hpp"
#include "restore.hpp"
#include "start_failure.hpp"

namespace {

using namespace audienced;

/// For what prints and ends.
int printed(int code) {
    return command_line::end_stdio("audienced", code);
}

/// Secrets must not end up in a core file, whatever kills us.
void keep_memory_private() {
    ::prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::umask(0077);
}

/// Batches of tens of thousands of members come and go, on several threads: one heap for all of them, and
/// what is large or lies at its end goes back to the system at once.
void return_memory_early() {
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    ::mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

}  // namespace

int main(int argc, char** argv) {
    return_memory_early();
    command_line::keep_standard_descriptors();
    daemon::ignore_sigpipe();
    CLI::App app;
    daemon::Options options;
    daemon::declare_options(app, options);
    const std::string& file = options.config_file;
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::printf("%s", command_line::help_of_program(command_line::table_of(app)).c_str());
        return printed(0);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return printed(app.exit(e));  // --version
        return daemon::end_start(command_line::usage_error(app, e), log::Format::automatic);
    }
    std::vector<Error> mistakes;
    auto config = daemon::read_config({file, app.get_option("--config")->count() == 0}, mistakes);
    if (!config && options.check_config) return printed(daemon::check_config(file, config, mistakes));
    if (!config) return daemon::end_start_of_config(file, config.error());
    const config::Config in_file = *config;
    if (!options.state_dir.empty()) config->state_dir = options.state_dir;
    if (!options.socket.empty()) config->socket = options.socket;
    if (options.check_config) return printed(daemon::check_config(file, config, mistakes));
    try {
        keep_memory_private();
        if (!options.restore.empty())
            return printed(daemon::restore_state(config->state_dir, options.restore));
        return daemon::run_daemon(*config, in_file, file);
    } catch (const std::exception& e) {
        const auto bug = make_error(Errc::bug, std::string("a bug: ") + e.what(), "please report it");
        return daemon::end_start(bug, log::Format::automatic);
    }
}
