// audiencectl export; test and preview are in export_check.cpp.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "export_check.hpp"
#include "export_options.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void say_next(const json& e) {
    if (!e.at("next_run").is_null())
        std::cout << "next run: " << cell(e, "next_run") << "\n";
    else if (e.at("connection").is_null())
        std::cout << "it has no connection and does not run\n";
    else if (e.at("enabled") == false)
        std::cout << "it is disabled and does not run\n";
    else if (e.at("schedule") == "refresh")
        std::cout
            << "next run: when a user starts it; the refresh schedule is off (audiencectl schedule set)\n";
    else
        std::cout << "next run: when a user starts it (audiencectl run " << cell(e, "name") << ")\n";
}

void render_change(const char* what, const json& e) {
    std::cout << what << " the export " << cell(e, "name");
    if (e.contains("destination_name")) std::cout << " to " << cell(e, "destination_name");
    std::cout << "\n";
    if (e.contains("created_fields") && !e["created_fields"].empty())
        std::cout << "made the fields " << cell(e, "created_fields") << "\n";
    if (e.contains("warnings"))
        for (const auto& warning : e["warnings"]) std::cout << "note: " << warning.get<std::string>() << "\n";
    say_next(e);
}

void declare_export_add(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<ExportOptions>();
    auto* verb = commands.add_named(noun, "add", "define what is sent where; starts no run",
                                    [o](const Shell& shell, const std::string& name) {
                                        auto body = body_of(*o);
                                        if (!body) return shell.fail(body.error());
                                        (*body)["name"] = name;
                                        return shell.post("/v1/exports", *body,
                                                          [](const json& e) { render_change("added", e); });
                                    });
    declare(verb, *o, true);
}

void declare_export_edit(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<ExportOptions>();
    auto* verb = commands.add_named(noun, "edit", "change it; options that are not given keep their values",
                                    [o](const Shell& shell, const std::string& name) {
                                        auto body = body_of(*o);
                                        if (!body) return shell.fail(body.error());
                                        if (body->empty())
                                            return shell.fail(make_error(Errc::usage, "no change was given",
                                                                         "audiencectl export edit --help"));
                                        return shell.call("PATCH", path("/v1/exports", name), &*body,
                                                          [](const json& e) { render_change("changed", e); });
                                    });
    declare(verb, *o, false);
}

void declare_list(Commands& commands, CLI::App* noun) {
    commands.add(noun, "list", "all exports", [](const Shell& shell) {
        return shell.get("/v1/exports", [](const json& exports) {
            std::vector<Row> rows;
            for (const auto& one : exports) {
                const auto& last = one.at("last_run");
                rows.push_back({cell(one, "name"),
                                one.at("connection").is_null() ? "no connection" : cell(one, "connection"),
                                cell(one, "provider"),
                                one.at("enabled") == false ? "disabled" : cell(one, "schedule"),
                                cell(one, "next_run"), last.is_null() ? "never ran" : cell(last, "status"),
                                one.at("may_change") == true ? "change" : "look"});
            }
            print_table({"EXPORT", "CONNECTION", "TYPE", "SCHEDULE", "NEXT RUN", "LAST RUN", "YOU MAY"}, rows,
                        "no exports yet: audiencectl export add");
        });
    });
}

}  // namespace

void add_export(Commands& commands) {
    auto* noun = commands.noun("export", "what is sent where, and when");
    declare_export_add(commands, noun);
    declare_list(commands, noun);
    commands.add_named(noun, "show", "one export", [](const Shell& shell, const std::string& name) {
        return shell.get(path("/v1/exports", name), print_thing);
    });
    declare_export_edit(commands, noun);
    auto copy = std::make_shared<std::string>();
    auto* duplicate = commands.add_named(
        noun, "duplicate", "copy it under a new name", [copy](const Shell& shell, const std::string& name) {
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
    commands.add_named(
        noun, "remove", "remove it; members that it delivered stay at the provider",
        [](const Shell& shell, const std::string& name) { return shell.remove(path("/v1/exports", name)); });
    add_export_check(commands, noun);
}

}  // namespace audienced::ctl
