#include "export_check.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command_line/values.hpp"
#include "control/problem.hpp"
#include "preview_screen.hpp"
#include "render.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void render_check(const json& check) {
    if (check.at("destination_name") != "")
        std::cout << "destination: " << cell(check, "destination_name") << ", "
                  << grouped(check.value("destination_members", std::uint64_t{0})) << " members\n";
    std::vector<Row> rows;
    for (const auto& field : check.at("fields"))
        rows.push_back(
            {cell(field, "attribute"), cell(field, "wire"), cell(field, "type"), cell(field, "label")});
    if (!rows.empty()) print_table({"ATTRIBUTE", "FIELD", "TYPE", "LABEL"}, rows, "");
    if (!check.at("groups").empty()) std::cout << "members get: " << cell(check, "groups") << "\n";
    for (const auto& warning : check.at("warnings"))
        std::cout << "note: " << visible(warning.get<std::string>()) << "\n";
    for (const auto& problem : check.at("problems")) {
        std::cout << "problem: " << cell(problem, "detail");
        if (problem.value("hint", "") != "") std::cout << "; " << cell(problem, "hint");
        std::cout << "\n";
    }
    if (check.at("ok") != true) return;
    if (check.at("guard").is_null())
        std::cout << cell(check, "name") << " can run\n";
    else
        std::cout << "a run would be " << cell(check, "guard") << ": " << cell(check, "reason") << "\n";
}

/// The first problem is the outcome, as it is for `export add`.
int test(const Shell& shell, const std::string& name) {
    json answer;
    const json nothing = json::object();
    const int code = shell.call("POST", path("/v1/exports", name, "/test"), &nothing, render_check, &answer);
    if (code != control::exit_done || answer.value("ok", false)) return code;
    for (const auto& problem : answer.at("problems")) {
        const std::string type = "urn:audienced:error:" + problem.value("type", "");
        json document;
        document["type"] = type;
        document["detail"] = problem.value("detail", "");
        const Error error = control::parse_problem(document.dump(), 0);
        std::cerr << "audiencectl: " << visible(error.text()) << std::endl;
        return control::exit_code(error.code);
    }
    return control::exit_failed;
}

}  // namespace

void add_export_check(Commands& commands, CLI::App* noun) {
    commands.add_named(noun, "test", "check it against the live account and source; writes nothing", test);
    auto limit = std::make_shared<unsigned>(10);
    auto* preview =
        commands.add_named(noun, "preview", "the plan, and rows as they would be sent; writes nothing",
                           [limit](const Shell& shell, const std::string& name) {
                               const std::string rest = "/preview?limit=" + std::to_string(*limit);
                               return shell.show_slow(path("/v1/exports", name, rest), preview_screen);
                           });
    command_line::must_be_number(
        preview->add_option("--limit", *limit, "rows at most; 10 unless set")->type_name("N"), 0, 1000);
}

}  // namespace audienced::ctl
