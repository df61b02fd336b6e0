#include "program.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace audienced::ctl {

void declare_program(Commands& commands, Shell& shell) {
    CLI::App& app = commands.app();
    app.name("audiencectl");
    app.description("audiencectl: keeps audiences and lists in step with customer segments.");
    app.require_subcommand(1);
    app.fallthrough();  // --socket and --json are understood after the command too
    app.add_option("--socket", shell.socket, "the daemon's control socket (" + shell.socket + ")")
        ->type_name("PATH");
    app.add_flag("--json", shell.json, "print the daemon's answer as JSON");
    app.set_version_flag("--version", "audiencectl " AUDIENCED_VERSION, "print the version");
    add_status(commands);
    add_check(commands);
    add_source(commands);
    add_segment(commands);
    add_connection(commands);
    add_export(commands);
    add_run(commands);
    add_runs(commands);
    add_schedule(commands);
    add_apply(commands);
    add_audit(commands);
    add_doctor(commands);
    add_backup(commands);
    add_keys(commands);
    add_forget(commands);
    add_completion(commands);
    const std::pair<const char*, std::vector<const char*>> sections[]{
        {"What is sent where",
         {"source", "segment", "connection", "export", "schedule", "apply", "diff", "dump"}},
        {"Running", {"run", "refresh", "runs"}},
        {"Looking", {"status", "check", "audit", "doctor"}},
        {"Keeping it", {"backup", "keys", "forget"}},
        {"This program", {"completion"}}};
    for (const auto& [section, names] : sections)
        for (const char* name : names) app.get_subcommand(name)->group(section);
}

}  // namespace audienced::ctl
