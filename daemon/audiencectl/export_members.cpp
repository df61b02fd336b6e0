#include "export_members.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command_line/values.hpp"
#include "control/problem.hpp"
#include "explain_screen.hpp"
#include "render.hpp"
#include "typed_address.hpp"
#include "verify_screen.hpp"

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

struct VerifyChoice {
    unsigned examples = 10, sample = 20;
};

/// Differences wait for a person, as those of a held run do.
int verify(const Shell& shell, const std::string& name, const VerifyChoice& choice) {
    json body, answer;
    body["examples"] = choice.examples;
    body["sample"] = choice.sample;
    const auto render = [](const json& verified) { std::cout << verify_screen(verified, view_of_output()); };
    const int code = shell.call("POST", path("/v1/exports", name, "/verify"), &body, render, &answer);
    return code == control::exit_done && !answer.value("ok", true) ? control::exit_skipped_or_held : code;
}

}  // namespace

void add_export_members(Commands& commands, CLI::App* noun) {
    auto address = std::make_shared<std::string>();
    auto* verb = commands.add_named(
        noun, "explain", "why a person is there, or is not; writes nothing",
        [address](const Shell& shell, const std::string& name) { return explain(shell, name, *address); });
    verb->add_option("EMAIL", *address, "the address; - for standard input, where no other user sees it")
        ->required();
    auto choice = std::make_shared<VerifyChoice>();
    auto* compare = commands.add_named(
        noun, "verify", "compare the provider's tags or list with what is remembered; writes nothing",
        [choice](const Shell& shell, const std::string& name) { return verify(shell, name, *choice); });
    command_line::must_be_number(compare
                                     ->add_option("--examples", choice->examples,
                                                  "members shown of each kind of difference; 10 unless set")
                                     ->type_name("N"),
                                 0, 200);
    command_line::must_be_number(
        compare->add_option("--sample", choice->sample, "contacts whose values are compared; 20 unless set")
            ->type_name("N"),
        0, 200);
}

}  // namespace audienced::ctl
