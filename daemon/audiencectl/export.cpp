// audiencectl export; test and preview are in export_check.cpp.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "export_check.hpp"
#include "export_members.hpp"
#include "export_options.hpp"
#include "export_remove.hpp"
#include "export_screen.hpp"
#include "export_try.hpp"
#include "render.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void render_change(const char* what, const json& e) {
    std::cout << what << " the export " << cell(e, "name");
    if (e.contains("destination_name")) std::cout << " to " << cell(e, "destination_name");
    std::cout << "\n";
    if (e.contains("created_fields") && !e["created_fields"].empty())
        std::cout << "made the fields " << cell(e, "created_fields") << "\n";
    if (e.contains("warnings"))
        for (const auto& warning : e["warnings"])
            std::cout << "note: " << visible(warning.get<std::string>()) << "\n";
    std::cout << "next run: " << next_run_words(e) << "\n";
}

void declare_export_add(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<ExportOptions>();
    auto* verb = commands.add_named(noun, "add", "define what is sent where; starts no run",
                                    [o](const Shell& shell, const std::string& name) {
                                        auto body = body_of(*o);
                                        if (!body) return shell.fail(body.error());
                                        (*body)["name"] = name;
                                        return shell.post("/v1/exports", *body,
                                                          [&](const json& e) { render_change("added", e); });
                                    });
    declare(verb, *o, true);
}

void declare_export_edit(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<ExportOptions>();
    auto* verb = commands.add_named(
        noun, "edit", "change it; options that are not given keep their values",
        [o](const Shell& shell, const std::string& name) {
            auto body = body_of(*o);
            if (!body) return shell.fail(body.error());
            if (body->empty())
                return shell.fail(
                    make_error(Errc::usage, "no change was given", "audiencectl export edit --help"));
            const std::string target = path("/v1/exports", name);
            return shell.call("PATCH", target, &*body, [&](const json& e) { render_change("changed", e); });
        });
    declare(verb, *o, false);
}

}  // namespace

void add_export(Commands& commands) {
    auto* noun = commands.noun("export", "what is sent where, and when");
    declare_export_add(commands, noun);
    commands.add(noun, "list", "all exports",
                 [](const Shell& shell) { return shell.show("/v1/exports", exports_screen); });
    commands.add_named(noun, "show", "one export", [](const Shell& shell, const std::string& name) {
        return shell.show(path("/v1/exports", name), export_screen);
    });
    declare_export_edit(commands, noun);
    auto copy = std::make_shared<std::string>();
    auto* duplicate =
        commands.add_named(noun, "duplicate", "copy its definition under a new name; the copy is disabled",
                           [copy](const Shell& shell, const std::string& name) {
                               json body;
                               body["name"] = *copy;
                               return shell.post(path("/v1/exports", name, "/duplicate"), body,
                                                 [](const json& e) { render_change("added", e); });
                           });
    duplicate->add_option("NEW", *copy, "the name of the copy")->required();
    commands.add_named(noun, "enable", "allow it to run", [](const Shell& shell, const std::string& name) {
        return shell.post(path("/v1/exports", name, "/enable"), json::object(),
                          [](const json& e) { render_change("enabled", e); });
    });
    commands.add_named(noun, "disable", "stop it from running",
                       [](const Shell& shell, const std::string& name) {
                           return shell.post(path("/v1/exports", name, "/disable"), json::object(),
                                             [](const json& e) { render_change("disabled", e); });
                       });
    auto connection = std::make_shared<std::string>();
    auto* attach = commands.add_named(
        noun, "attach", "give it a connection", [connection](const Shell& shell, const std::string& name) {
            json body;
            body["connection"] = *connection;
            return shell.post(path("/v1/exports", name, "/attach"), body,
                              [](const json& e) { render_change("attached", e); });
        });
    attach->add_option("--connection", *connection, "the connection that it gets")
        ->required()
        ->type_name("C");
    declare_export_remove(commands, noun);
    add_export_check(commands, noun);
    add_export_try(commands, noun);
    add_export_members(commands, noun);
}

}  // namespace audienced::ctl
