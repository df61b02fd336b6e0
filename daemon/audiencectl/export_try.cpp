#include "export_try.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "control/problem.hpp"
#include "follow.hpp"
#include "render.hpp"
#include "text_cells.hpp"
#include "try_screen.hpp"
#include "typed_address.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// The answer of a question that prints nothing; null where there is none.
json asked(const Shell& shell, std::string_view method, const std::string& target,
           const json* body = nullptr) {
    const auto got = shell.client().send(method, target, body ? body->dump() : std::string());
    if (!got || !got->good()) return nullptr;
    return json::parse(got->body, nullptr, false);
}

void print(const Shell& shell, const json& told) {
    if (!shell.json) {
        std::cout << try_screen(told, view_of_output());
        return;
    }
    const std::string text = told.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    std::cout << (shell.terminal ? visible_json(text) : text);
}

int try_one(const Shell& shell, const std::string& name, const std::string& word) {
    const auto address = typed_address(word);
    if (!address) return shell.fail(address.error());
    json body;
    body["address"] = *address;
    const auto started = shell.client().send("POST", path("/v1/exports", name, "/try"),
                                             body.dump(-1, ' ', false, json::error_handler_t::replace));
    if (!started) return shell.unreachable(started.error());
    if (!started->good()) return shell.fail(control::parse_problem(started->body, started->status));
    const json answer = json::parse(started->body, nullptr, false);
    const auto id = answer.at("runs").at(0).at("id").get<std::int64_t>();
    json ended;
    if (const int code = await_run(shell, id, ended); !ended.is_object()) return code;
    const std::string run = "/v1/runs/" + std::to_string(id);
    json told;
    told["run"] = asked(shell, "GET", run);
    if (!told["run"].is_object()) told["run"] = ended;
    told["rejects"] = asked(shell, "GET", run + "/rejects");
    if (!told["rejects"].is_array()) told["rejects"] = json::array();
    const bool sent = text_of(ended, "tried") == "delivered" || text_of(ended, "tried") == "rejected";
    told["contact"] =
        sent ? asked(shell, "POST", path("/v1/exports", name, "/contact"), &body) : json(nullptr);
    print(shell, told);
    return exit_code_of_try(ended);
}

}  // namespace

void add_export_try(Commands& commands, CLI::App* noun) {
    auto email = std::make_shared<std::string>();
    auto* verb = commands.add_named(
        noun, "try", "send exactly one member, and show what became of it",
        [email](const Shell& shell, const std::string& name) { return try_one(shell, name, *email); });
    verb->add_option("--email", *email, "the member's address; - reads it from standard input")
        ->type_name("ADDRESS")
        ->required();
}

}  // namespace audienced::ctl
