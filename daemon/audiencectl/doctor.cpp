// audiencectl doctor
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "control/problem.hpp"
#include "doctor_local.hpp"
#include "doctor_screen.hpp"
#include "render.hpp"
#include "text_cells.hpp"

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

/// What the daemon found. A refusal is a finding too: the role of this user.
result<json> ask_daemon(const Shell& shell, bool full) {
    Shell patient = shell;
    // Sources and hosts answer or are given up after ten seconds.
    if (!full) patient.limit = std::chrono::seconds{45};
    auto got = patient.client().send("GET", full ? "/v1/doctor?full" : "/v1/doctor");
    if (!got) return got.error();
    auto answer = json::parse(got->body, nullptr, false);
    if (got->good() && answer.is_object() && answer.contains("checks")) return answer["checks"];
    const Error why = control::parse_problem(got->body, got->status);
    json check;
    check["name"] = why.code == Errc::not_permitted ? "role" : "answer";
    check["state"] = "problem";
    check["message"] = why.message;
    check["remedy"] = why.hint.empty() ? json(nullptr) : json(why.hint);
    return json::array({check});
}

int examine(const Shell& shell, bool full) {
    std::optional<Error> unreached;
    json checks = json::array();
    if (auto found = ask_daemon(shell, full))
        checks = std::move(*found);
    else
        unreached = found.error();
    json examined;
    examined["reached"] = !unreached;
    examined["checks"] = judge_local(gather_local(shell.socket), unreached);
    for (auto& one : checks) examined["checks"].push_back(std::move(one));
    std::size_t problems = 0;
    for (const auto& one : examined["checks"]) problems += one.at("state") == "problem" ? 1 : 0;
    examined["ok"] = problems == 0;
    if (shell.json)
        std::cout << visible_json(examined.dump(-1, ' ', false, json::error_handler_t::replace)) << std::endl;
    else
        std::cout << doctor_screen(examined, view_of_output()) << std::flush;
    if (unreached) {
        std::cerr << "audiencectl: " << visible(unreached->message) << std::endl;
        return control::exit_unreachable;
    }
    if (problems == 0) return control::exit_done;
    std::cerr << "audiencectl: doctor found " << problems << (problems == 1 ? " problem" : " problems")
              << std::endl;
    return control::exit_failed;
}

}  // namespace

void add_doctor(Commands& commands) {
    struct Wanted {
        bool full = false, hooks = false;
    };
    auto wanted = std::make_shared<Wanted>();
    auto* verb = commands.add(nullptr, "doctor", "finds what is set up wrongly, and says how to mend it",
                              [wanted](const Shell& shell) {
                                  return wanted->hooks ? test_hooks(shell) : examine(shell, wanted->full);
                              });
    auto* full =
        verb->add_flag("--full", wanted->full, "read every page of the database (minutes for a large one)");
    verb->add_flag("--hooks", wanted->hooks,
                   "instead, send a test by each way of the configuration, print what each answered")
        ->excludes(full);
}

}  // namespace audienced::ctl
