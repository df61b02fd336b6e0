// audiencectl doctor
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "control/problem.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void render_hooks(const json& tested) {
    std::vector<Row> rows;
    for (const auto& one : tested.at("hooks"))
        rows.push_back({cell(one, "way"), cell(one, "target"), one.at("ok") == true ? "ok" : "FAILED",
                        cell(one, "answer")});
    print_table({"WAY", "TO", "TEST", "ANSWER"}, rows,
                "the configuration names no way to tell people; see docs/NOTIFICATIONS.md");
}

int test_hooks(const Shell& shell) {
    json answer;
    const json body = json::object();
    const int code = shell.call("POST", "/v1/doctor/hooks", &body, render_hooks, &answer);
    return code == control::exit_done && !answer.value("ok", true) ? control::exit_failed : code;
}

}  // namespace

void add_doctor(Commands& commands) {
    auto all = std::make_shared<bool>(false);
    auto* verb = commands.add(nullptr, "doctor", "checks what can be checked: the ways that tell people",
                              [all](const Shell& shell) { return test_hooks(shell); });
    verb->add_flag("--hooks", *all, "send a test by each way of the configuration, print what each answered");
}

}  // namespace audienced::ctl
