// audiencectl runs
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "control/target.hpp"
#include "follow.hpp"
#include "render.hpp"

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
    verb->add_option("RUN", *number)->required()->check(CLI::PositiveNumber);
    return verb;
}

void render_list(const json& runs) {
    std::vector<Row> rows;
    for (const auto& run : runs) {
        std::string words = run.at("reason") != "" ? cell(run, "reason") : counts_sentence(run.at("counts"));
        rows.push_back({cell(run, "id"), cell(run, "export"), cell(run, "trigger"), cell(run, "status"),
                        cell(run, "queued_at"), words});
    }
    print_table({"RUN", "EXPORT", "TRIGGER", "STATUS", "QUEUED", "WHAT"}, rows, "no runs yet");
}

/// RFC 4180. A field that a spreadsheet would take for a formula is defused with a quote mark in front.
std::string csv_field(const json& value) {
    std::string text = value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_string() && !text.empty() && std::string("=+-@\t").find(text[0]) != std::string::npos)
        text = "'" + text;
    if (text.find_first_of(",\"\r\n") == text.npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

constexpr const char* reject_columns[] = {"segment", "row",   "member", "field",
                                          "code",    "class", "detail", "next_try"};

void render_csv(const json& rejects) {
    const char* comma = "";
    for (const char* column : reject_columns) {
        std::cout << comma << column;
        comma = ",";
    }
    std::cout << "\r\n";
    for (const auto& reject : rejects) {
        comma = "";
        for (const char* column : reject_columns) {
            std::cout << comma << csv_field(reject.at(column));
            comma = ",";
        }
        std::cout << "\r\n";
    }
}

void render_rejects(const json& rejects) {
    std::vector<Row> rows;
    for (const auto& one : rejects)
        rows.push_back({cell(one, "segment"), cell(one, "row"), cell(one, "member"), cell(one, "field"),
                        cell(one, "code"), cell(one, "class"), cell(one, "detail"), cell(one, "next_try")});
    print_table({"SEGMENT", "ROW", "MEMBER", "FIELD", "CODE", "CLASS", "DETAIL", "NEXT TRY"}, rows,
                "nothing was rejected");
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
        return shell.get(target, render_list);
    });
    list->add_option("EXPORT", o->of, "only runs of this export");
    list->add_option("--limit", o->limit, "runs at most")->type_name("N")->check(CLI::Range(1u, 1000u));
    add_numbered(commands, noun, "show", "one run",
                 [](const Shell& shell, std::int64_t run) { return shell.get(of_run(run), print_thing); });
    struct RejectOptions {
        bool csv = false;
        unsigned limit = 100'000;
    };
    auto r = std::make_shared<RejectOptions>();
    auto* rejects =
        add_numbered(commands, noun, "rejects", "profiles that were not delivered, and why",
                     [r](const Shell& shell, std::int64_t run) {
                         return shell.get(of_run(run, "/rejects?limit=" + std::to_string(r->limit)),
                                          r->csv ? render_csv : render_rejects);
                     });
    rejects->add_flag("--csv", r->csv, "as CSV");
    rejects->add_option("--limit", r->limit, "rejects at most")
        ->type_name("N")
        ->check(CLI::Range(1u, 100'000u));
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
    auto* retry = add_numbered(commands, noun, "retry",
                               "run its export again, including rejects that may succeed later",
                               [follow](const Shell& shell, std::int64_t run) {
                                   return start_and_follow(shell, of_run(run, "/retry"), json::object(),
                                                           *follow, [](const json& answer) {
                                                               for (const auto& one : answer.at("runs"))
                                                                   std::cout << one.at("id") << "\n";
                                                           });
                               });
    retry->add_flag("--follow", *follow, "show the progress, and exit with the outcome");
}

}  // namespace audienced::ctl
