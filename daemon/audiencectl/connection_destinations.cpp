// audiencectl connection destinations: what an export can go to.
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

/// "FNAME (text), TIER (dropdown)".
std::string names_of(const json& fields) {
    std::string out;
    for (const json& field : fields) {
        if (!out.empty()) out += ", ";
        out += cell(field, "name");
        if (const std::string type = cell(field, "type"); !type.empty() && type != "-")
            out += " (" + type + ")";
    }
    return out.empty() ? "none" : out;
}

/// The fields once where all have the same, as at a provider whose fields belong to the account.
void print_fields(const json& destinations) {
    bool same = true;
    for (const json& one : destinations) same = same && one["fields"] == destinations.front()["fields"];
    if (same) {
        std::cout << "\nfields: " << names_of(destinations.front()["fields"]) << "\n";
        return;
    }
    for (const json& one : destinations)
        std::cout << "\nfields of " << cell(one, "id") << ": " << names_of(one["fields"]) << "\n";
}

void print_destinations(const json& destinations) {
    std::vector<Row> rows;
    for (const json& one : destinations)
        rows.push_back({cell(one, "id"), cell(one, "name"), grouped(one.value("members", std::uint64_t{0}))});
    print_table({"DESTINATION", "NAME", "MEMBERS"}, rows,
                "the account has no audience or list: make one there");
    if (!destinations.empty()) print_fields(destinations);
}

}  // namespace

void add_connection_destinations(Commands& commands, CLI::App* noun) {
    commands.add_named(
        noun, "destinations", "list the account's audiences or lists, with their ids, sizes and fields",
        [](const Shell& shell, const std::string& name) {
            return shell.get(path("/v1/connections", name, "/destinations"), print_destinations);
        });
}

}  // namespace audienced::ctl
