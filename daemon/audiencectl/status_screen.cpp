#include "status_screen.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "connection_screen.hpp"
#include "local_time.hpp"
#include "overview.hpp"
#include "progress_line.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "status_trouble.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

using Kind = Column::Kind;

void add_runs(Sheet& sheet, const json& status) {
    Table table({{"RUN", Kind::number}, {"EXPORT", Kind::name}, {"STATUS"}, {"PROGRESS", Kind::may_be_cut}});
    for (const auto& run : status.at("runs")) {
        if (waits_for_a_person(run)) continue;  // told above
        std::string words = what_it_waits_for(run);
        if (!words.empty()) words = "waits for " + words;
        if (run.at("progress").is_object()) words = progress_words(run["progress"]);
        if (words == cell(run, "status")) words.clear();
        table.add({cell(run, "id"), cell(run, "export"), state_of(run), words});
    }
    if (table.empty()) return;
    sheet.gap();
    sheet.table(table);
}

void add_restored(Sheet& sheet, const json& status) {
    const json restored = status.value("restored", json());
    if (!restored.is_object() || restored.at("not_run_since").empty()) return;
    std::string names;
    for (const json& name : restored["not_run_since"])
        names += (names.empty() ? "" : ", ") + name.get<std::string>();
    sheet.gap();
    sheet.text("the state was restored from the backup of " + cell(restored, "backup_at") +
                   "; no run has completed since then of: " + names,
               0);
}

std::string next_of(const json& e) {
    if (e.at("connection").is_null()) return "no connection";
    if (e.at("enabled") == false) return "disabled";
    return cell(e, "schedule") == "manual" ? "by hand" : "schedule off";
}

void add_exports(Sheet& sheet, const json& status, const std::vector<json>& exports) {
    sheet.gap();
    if (exports.empty()) return sheet.text("no exports yet. " + next_step(status), 0);
    std::vector<std::optional<LocalTime>> ended, next;
    std::vector<std::string> without_end, without_next;
    bool titles = false;
    for (const auto& e : exports) {
        json last = e["last_run"].is_object() ? e["last_run"] : json::object();
        last["zone"] = e.at("zone");
        const bool over = is_over(last);
        ended.push_back(time_of(last, "finished_at"));
        without_end.push_back(last.contains("status") && !over ? "not yet" : "-");
        next.push_back(time_of(e, "next_run"));
        without_next.push_back(next_of(e));
        titles = titles || cell(e, "title") != cell(e, "name");
    }
    const TimeColumn end = time_column("ENDED", ended, without_end),
                     due = time_column("NEXT RUN", next, without_next);
    std::vector<Column> columns{{"EXPORT", Kind::name}, {"LAST RUN"}, end.head, due.head};
    if (titles) columns.push_back({"TITLE", Kind::may_be_cut});
    Table table(columns);
    for (std::size_t i = 0; i < exports.size(); ++i) {
        const auto& e = exports[i];
        const auto& last = e["last_run"];
        const bool never = last.is_null();
        std::vector<Cell> row{
            cell(e, "name"),
            never ? Cell("never ran") : Cell(cell(last, "id") + " " + short_state_of(last), tone_of(last)),
            end.cells[i], due.cells[i]};
        if (titles) row.push_back(cell(e, "title") == cell(e, "name") ? "" : cell(e, "title"));
        table.add(std::move(row));
    }
    sheet.table(table);
}

void add_connections(Sheet& sheet, const json& status) {
    sheet.gap();
    const auto& connections = status.at("connections");
    if (connections.empty() && status.value("role", "") == "contributor") return;  // none is open to them
    if (connections.empty()) return sheet.text("no connections yet: audiencectl connection add", 0);
    Table table({{"CONNECTION", Kind::name}, {"TYPE"}, {"STATE"}, {"TITLE", Kind::may_be_cut}});
    for (const auto& c : connections)
        table.add({cell(c, "name"), cell(c, "provider"), Cell(connection_state(c), connection_tone(c)),
                   cell(c, "title") == cell(c, "name") ? "" : cell(c, "title")});
    sheet.table(table);
}

void add_limits(Sheet& sheet, const json& status) {
    Table table({{"CALLS OF THE DAY (UTC)", Kind::may_be_cut},
                 {"SPENT", Kind::number},
                 {"OF", Kind::number},
                 {"WAITING", Kind::number}});
    for (const auto& one : status.at("limits"))
        if (one.at("per_day") != 0)
            table.add({cell(one, "share_key"), grouped(one.value("spent_today", std::uint64_t{0})),
                       grouped(one.value("per_day", std::uint64_t{0})), cell(one, "waiting")});
    if (table.empty()) return;
    sheet.gap();
    sheet.table(table);
}

}  // namespace

std::string status_screen(const json& status, const View& view) {
    Sheet sheet(view);
    const auto findings = export_findings(status);
    const auto exports = in_order_of_need(status.at("exports"), findings);
    add_trouble(sheet, status, exports, findings);
    add_restored(sheet, status);
    add_runs(sheet, status);
    add_exports(sheet, status, exports);
    add_connections(sheet, status);
    add_limits(sheet, status);
    sheet.gap();
    json schedule = status.at("schedule");
    schedule["zone"] = schedule.at("timezone");
    const bool off = schedule.at("calendar").is_null();
    sheet.text("refresh: " + (off ? std::string("off")
                                  : cell(schedule, "calendar") + " " + cell(schedule, "timezone") +
                                        ", next " + when(schedule, "next")),
               0);
    sheet.text("audienced " + cell(status, "version") + ", running since " + when(status, "started_at") +
                   "; you are " + cell(status, "user") + ", " + cell(status, "role"),
               0);
    return sheet.print();
}

}  // namespace audienced::ctl
