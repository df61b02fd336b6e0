// audiencectl runs
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command_line/values.hpp"
#include "commands.hpp"
#include "control/target.hpp"
#include "follow.hpp"
#include "rejects.hpp"
#include "run_screen.hpp"
#include "run_words.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string of_run(std::int64_t run, const std::string& rest = {}) {
    return "/v1/runs/" + std::to_string(run) + rest;
}

CLI::App* add_numbered(Commands& commands, CLI::App* noun, const std::string& name, const std::string& about,
                       std::function<int(const Shell&, std::int64_t run)> run) {
    auto number = std::make_shared<std::int64_t>(0);
    auto* verb = commands.add(noun, name, about, [number, run = std::move(run)](const Shell& shell) {
        return run(shell, *number);
    });
    auto* option = verb->add_option("RUN", *number, "the number of the run");
    command_line::must_be_positive(option->required(),
                                   "the number of a run, as audiencectl runs list shows it");
    return verb;
}

void declare_looking(Commands& commands, CLI::App* noun) {
    struct ListOptions {
        std::string of;
        unsigned limit = 20;
    };
    auto o = std::make_shared<ListOptions>();
    auto* list = commands.add(noun, "list", "newest first", [o](const Shell& shell) {
        std::string target = "/v1/runs?limit=" + std::to_string(o->limit);
        if (!o->of.empty()) target += "&export=" + control::percent_encode(o->of);
        return shell.show(target, runs_screen);
    });
    list->add_option("EXPORT", o->of, "only runs of this export");
    command_line::must_be_number(
        list->add_option("--limit", o->limit, "runs at most; 20 unless set")->type_name("N"), 1, 1000);
    add_numbered(commands, noun, "show", "one run",
                 [](const Shell& shell, std::int64_t run) { return shell.show(of_run(run), run_screen); });
    auto r = std::make_shared<RejectOptions>();
    auto* rejects = add_numbered(
        commands, noun, "rejects", "what was not delivered, and why: by kind, most frequent first, then each",
        [r](const Shell& shell, std::int64_t run) { return show_rejects(shell, run, *r); });
    rejects->add_flag("--csv", r->csv, "as CSV");
    auto* most = rejects->add_option("--limit", r->limit, "rejects at most");
    command_line::must_be_number(most->type_name("N"), 1, 1'000'000'000);
}

}  // namespace

namespace {

void declare_undo(Commands& commands, CLI::App* noun) {
    struct Options {
        bool follow = false, hold = false, dry_run = false;
    };
    auto o = std::make_shared<Options>();
    auto* undo = add_numbered(
        commands, noun, "undo", "take back what it did to memberships: a run of its own",
        [o](const Shell& shell, std::int64_t run) {
            json body;
            body["hold"] = o->hold;
            body["dry_run"] = o->dry_run;
            return start_and_follow(
                shell, of_run(run, "/undo"), body, o->follow,
                [](const json& answer) {
                    for (const auto& one : answer.at("runs")) std::cout << one.at("id") << "\n";
                },
                [](const json& answer) {
                    std::cerr << "note: " << what_follows_an_undo(answer.at("export_next_run")) << std::endl;
                });
        });
    undo->add_flag("--follow", o->follow, "show the progress, and exit with the outcome");
    undo->add_flag("--hold", o->hold, "wait for approval after the plan");
    undo->add_flag("--dry-run", o->dry_run, "plan and count, send nothing");
}

}  // namespace

void add_runs(Commands& commands) {
    auto* noun = commands.noun("runs", "past and current runs");
    declare_looking(commands, noun);
    add_numbered(commands, noun, "follow", "show its progress, and exit with its outcome", follow_run);
    add_numbered(commands, noun, "approve", "deliver exactly the plan of a held run",
                 [](const Shell& shell, std::int64_t run) {
                     return shell.post(of_run(run, "/approve"), json::object(),
                                       [&](const json&) { std::cout << "approved run " << run << "\n"; });
                 });
    add_numbered(commands, noun, "cancel", "stop it; delivered changes are kept",
                 [](const Shell& shell, std::int64_t run) {
                     return shell.post(of_run(run, "/cancel"), json::object(), [&](const json&) {
                         std::cout << "run " << run << " was asked to stop\n";
                     });
                 });
    auto follow = std::make_shared<bool>(false);
    auto* retry =
        add_numbered(commands, noun, "retry", "run its export again, and send what it rejected again now",
                     [follow](const Shell& shell, std::int64_t run) {
                         return start_and_follow(shell, of_run(run, "/retry"), json::object(), *follow,
                                                 [](const json& answer) {
                                                     for (const auto& one : answer.at("runs"))
                                                         std::cout << one.at("id") << "\n";
                                                 });
                     });
    retry->add_flag("--follow", *follow, "show the progress, and exit with the outcome");
    declare_undo(commands, noun);
}

}  // namespace audienced::ctl
