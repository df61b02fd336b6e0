// audiencectl connection destinations: what an export can go to.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "render.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// "FNAME (text), TIER (dropdown)".
std::string names_of(const json& fields) {
    std::string out;
    for (const json& field : fields) {
        if (!out.empty()) out += ", ";
        out += cell(field, "name");
        if (!text_of(field, "type").empty()) out += " (" + cell(field, "type") + ")";
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
    if (destinations.empty()) {
        std::cout << "the account has no audience or list: make one there\n";
        return;
    }
    using Kind = Column::Kind;
    Table table({{"DESTINATION", Kind::name}, {"NAME", Kind::may_be_cut}, {"MEMBERS", Kind::number}});
    for (const json& one : destinations)
        table.add({text_of(one, "id"), text_of(one, "name"), grouped(number_of(one, "members"))});
    std::cout << table.print(view_of_output());
    print_fields(destinations);
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
