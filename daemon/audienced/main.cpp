// audienced: argv -> configuration -> daemon -> exit code.
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>

#include "app.hpp"
#include "lifecycle.hpp"
#include "version.hpp"

namespace {

using namespace audienced;

constexpr const char* default_config_file = "/etc/audienced/audienced.toml";
constexpr int exit_config = 78;  // sysexits(3)

int refuse(const std::string& where, const Error& error) {
    std::fprintf(stderr, "audienced: %s: %s\n", where.c_str(), error.text().c_str());
    return exit_config;
}

result<config::Config> read_config(const std::string& file, bool must_exist) {
    std::ifstream in(file);
    if (!in && !must_exist) return config::Config{};
    if (!in) return make_error(Errc::bad_config, "cannot be read", "give the right path with --config");
    std::ostringstream text;
    text << in.rdbuf();
    return config::parse_config(text.str());
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
    daemon::ignore_sigpipe();
    CLI::App app(
        "audienced keeps Mailchimp audiences and Constant Contact lists in step with customer segments.");
    std::string file = default_config_file, state_dir, socket;
    bool check_only = false;
    auto* config_option = app.add_option("--config", file, "configuration file");
    app.add_option("--state-dir", state_dir, "the folder of database, keys and spool");
    app.add_option("--socket", socket, "path of the control socket");
    app.add_flag("--check-config", check_only, "check the configuration and exit");
    app.set_version_flag("--version", std::string("audienced ") + daemon::version_text);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : 2;
    }
    auto config = read_config(file, config_option->count() > 0);
    if (!config) return refuse(file, config.error());
    if (!state_dir.empty()) config->state_dir = state_dir;
    if (!socket.empty()) config->socket = socket;
    if (check_only) {
        std::printf("%s is fine\n", file.c_str());
        return 0;
    }
    try {
        keep_memory_private();
        return daemon::run_daemon(*config, file);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "audienced: a bug: %s\n", e.what());
        return 70;
    }
}
