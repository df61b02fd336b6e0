#include "export_members.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "explain_screen.hpp"
#include "render.hpp"
#include "typed_address.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

int explain(const Shell& shell, const std::string& name, const std::string& typed) {
    auto address = typed_address(typed);
    if (!address) return shell.fail(address.error());
    json body;
    body["address"] = *address;
    return shell.post(path("/v1/exports", name, "/explain"), body,
                      [](const json& answer) { std::cout << explain_screen(answer, view_of_output()); });
}

}  // namespace

void add_export_members(Commands& commands, CLI::App* noun) {
    auto address = std::make_shared<std::string>();
    auto* verb = commands.add_named(
        noun, "explain", "why a person is there, or is not; writes nothing",
        [address](const Shell& shell, const std::string& name) { return explain(shell, name, *address); });
    verb->add_option("EMAIL", *address, "the address; - for standard input, where no other user sees it")
        ->required();
}

}  // namespace audienced::ctl
