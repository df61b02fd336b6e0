// audiencectl run, refresh
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "control/problem.hpp"
#include "follow.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::vector<std::int64_t> ids_of(const json& answer) {
    std::vector<std::int64_t> ids;
    for (const auto& run : answer.at("runs")) ids.push_back(run.at("id").get<std::int64_t>());
    return ids;
}

/// Bare numbers, so that `id=$(audiencectl run spring)` works.
void print_ids(const json& answer) {
    for (const auto id : ids_of(answer)) std::cout << id << "\n";
}

void declare_run(Commands& commands) {
    struct Options {
        std::vector<std::string> exports;
        bool follow = false, full = false, dry_run = false, hold = false;
    };
    auto o = std::make_shared<Options>();
    auto* verb = commands.add(nullptr, "run", "run exports now", [o](const Shell& shell) {
        json body;
        body["exports"] = o->exports;
        body["full"] = o->full;
        body["dry_run"] = o->dry_run;
        body["hold"] = o->hold;
        return start_and_follow(shell, "/v1/runs", body, o->follow, print_ids);
    });
    verb->add_option("EXPORT", o->exports, "exports, in this order")->required();
    verb->add_flag("--follow", o->follow, "show the progress, and exit with the outcome");
    verb->add_flag("--full", o->full, "send every member, changed or not");
    verb->add_flag("--dry-run", o->dry_run, "plan and count, send nothing");
    verb->add_flag("--hold", o->hold, "wait for approval after the plan");
}

void declare_refresh(Commands& commands) {
    auto follow = std::make_shared<bool>(false);
    auto* verb = commands.add(
        nullptr, "refresh", "run every export of the refresh schedule now", [follow](const Shell& shell) {
            return start_and_follow(shell, "/v1/refresh", json::object(), *follow, print_ids,
                                    [](const json& answer) {
                                        for (const auto& one : answer.at("left_out"))
                                            std::cerr << "left out: " << cell(one, "export") << ": "
                                                      << cell(one, "why") << std::endl;
                                    });
        });
    verb->add_flag("--follow", *follow, "show the progress, and exit with the outcome");
}

}  // namespace

int start_and_follow(const Shell& shell, const std::string& target, const json& body, bool follow,
                     const Shell::Render& render, const Shell::Render& note) {
    json answer;
    // With --follow the stream is the output; ids and runs are in it. What is refused is told as ever.
    const int code = follow ? shell.ask("POST", target, &body, answer)
                            : shell.call("POST", target, &body, render, &answer);
    if (code != control::exit_done) return code;
    if (note && (follow || !shell.json)) note(answer);
    if (!follow) return code;
    return follow_runs(shell, ids_of(answer));
}

void add_run(Commands& commands) {
    declare_run(commands);
    declare_refresh(commands);
}

}  // namespace audienced::ctl
