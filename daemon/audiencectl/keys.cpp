// audiencectl keys
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
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

}  // namespace

void add_keys(Commands& commands) {
    auto* noun = commands.noun("keys", "the master key");
    commands.add(noun, "rotate", "replace the master key, and seal everything again", [](const Shell& shell) {
        return shell.post("/v1/keys/rotate", json::object(), render_rotated);
    });
}

}  // namespace audienced::ctl
