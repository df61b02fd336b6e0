// audiencectl status
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "progress_line.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void render_status(const json& status) {
    std::cout << "audienced " << cell(status, "version") << ", running since " << cell(status, "started_at")
              << "; you are " << cell(status, "user") << ", " << cell(status, "role") << "\n";
    const auto& schedule = status.at("schedule");
    if (schedule.at("calendar").is_null())
        std::cout << "refresh: off\n";
    else
        std::cout << "refresh: " << cell(schedule, "calendar") << " " << cell(schedule, "timezone")
                  << ", next " << cell(schedule, "next") << "\n";
    std::cout << "\n";
    std::vector<Row> rows;
    for (const auto& one : status.at("connections")) {
        std::string state = cell(one, "state");
        if (one.contains("consent") && one["consent"] == false) state = "no consent";
        if (one.contains("state_reason") && one["state_reason"] != "")
            state += ": " + cell(one, "state_reason");
        rows.push_back({cell(one, "name"), cell(one, "provider"), state});
    }
    print_table({"CONNECTION", "TYPE", "STATE"}, rows, "no connections yet: audiencectl connection add");
    std::cout << "\n";
    rows.clear();
    for (const auto& one : status.at("exports")) {
        const auto& last = one.at("last_run");
        const std::string outcome =
            last.is_null() ? "never ran" : cell(last, "status") + " (run " + cell(last, "id") + ")";
        const std::string next = one.at("connection").is_null() ? "no connection"
                                 : one.at("enabled") == false   ? "disabled"
                                                                : cell(one, "next_run");
        rows.push_back({cell(one, "name"), cell(one, "connection"), cell(one, "schedule"), next, outcome});
    }
    print_table({"EXPORT", "CONNECTION", "SCHEDULE", "NEXT RUN", "LAST RUN"}, rows,
                "no exports yet: audiencectl export add");
    rows.clear();
    for (const auto& one : status.at("limits")) {
        if (one.at("per_day") == 0) continue;
        rows.push_back({cell(one, "share_key"), cell(one, "spent_today") + " of " + cell(one, "per_day"),
                        cell(one, "waiting")});
    }
    if (!rows.empty()) {
        std::cout << "\n";
        print_table({"CALLS OF THE DAY (UTC)", "SPENT", "WAITING"}, rows, "");
    }
    rows.clear();
    for (const auto& one : status.at("runs")) {
        const auto& progress = one.at("progress");
        rows.push_back({cell(one, "id"), cell(one, "export"), cell(one, "status"),
                        progress.is_null() ? cell(one, "reason") : progress_bar(progress, 70)});
    }
    if (!rows.empty()) {
        std::cout << "\n";
        print_table({"RUN", "EXPORT", "STATUS", "PROGRESS"}, rows, "");
    }
}

}  // namespace

void add_status(Commands& commands) {
    commands.add(nullptr, "status", "the state of daemon, connections and exports",
                 [](const Shell& shell) { return shell.get("/v1/status", render_status); });
}

}  // namespace audienced::ctl
