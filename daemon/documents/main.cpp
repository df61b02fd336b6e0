// make_documents FOLDER: writes the manual pages and the completion of every shell. Part of the build, not
// installed.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "audienced/options.hpp"
#include "completion_scripts.hpp"
#include "pages.hpp"
#include "program.hpp"

namespace {

using namespace audienced;

command_line::CommandTable ctl_table() {
    CLI::App app;
    ctl::Shell shell;
    ctl::Commands commands(app);
    ctl::declare_program(commands, shell);
    return command_line::table_of(app);
}

command_line::CommandTable daemon_table() {
    CLI::App app;
    daemon::Options options;
    daemon::declare_options(app, options);
    return command_line::table_of(app);
}

bool write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::trunc);
    file << text;
    file.close();
    if (!file) std::fprintf(stderr, "make_documents: cannot write %s\n", path.c_str());
    return !file.fail();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "make_documents FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder(argv[1]);
    std::filesystem::create_directories(folder);
    const bool all = write(folder / "audiencectl.1", documents::page_of_ctl(ctl_table())) &&
                     write(folder / "audienced.8", documents::page_of_daemon(daemon_table())) &&
                     write(folder / "audienced.toml.5", documents::page_of_settings()) &&
                     write(folder / "audiencectl.bash", ctl::completion_script("bash")) &&
                     write(folder / "_audiencectl", ctl::completion_script("zsh")) &&
                     write(folder / "audiencectl.fish", ctl::completion_script("fish"));
    return all ? 0 : 1;
}
