// audiencectl keys
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "confirm.hpp"
#include "control/problem.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void render_rotated(const json& rotated) {
    std::cout << "The master key is changed: " << grouped(number_of(rotated, "values"))
              << " values are sealed under the new one (" << cell(rotated, "key")
              << "), and the former key is gone.\n";
    if (const auto broken = number_of(rotated, "unreadable"); broken > 0)
        std::cout << grouped(broken) << " values were damaged before, and are left as they are.\n";
    std::cout << "Keep a copy of " << cell(rotated, "key_file")
              << " in a safe place: backups from now on need it. Backups made before need the former key.\n";
}

/// Where the key is a file of the daemon's: a credential is refused by the daemon. An exit code other than 0
/// has been told.
int ask_before_rotation(const Shell& shell) {
    json setup;
    if (const int code = shell.ask("GET", "/v1/backup", nullptr, setup); code != control::exit_done)
        return code;
    const json& key = setup.at("master_key");
    if (text_of(key, "kept") == "credential") return control::exit_done;
    return confirm(shell,
                   "Replaces the master key. Every backup made before opens with the former key alone, "
                   "which is gone then: keep a copy of " +
                       cell(key, "file") + " with those backups first.");
}

int rotate(const Shell& shell, bool yes) {
    if (!yes && can_ask())
        if (const int code = ask_before_rotation(shell); code != control::exit_done) return code;
    return shell.post("/v1/keys/rotate", json::object(), render_rotated);
}

}  // namespace

void add_keys(Commands& commands) {
    auto* noun = commands.noun("keys", "the master key");
    auto yes = std::make_shared<bool>(false);
    auto* verb = commands.add(noun, "rotate", "replace the master key, and seal everything again",
                              [yes](const Shell& shell) { return rotate(shell, *yes); });
    verb->add_flag("--yes", *yes, "do not ask, on a terminal either");
}

}  // namespace audienced::ctl
