#include "plan_screen.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// "-" where it is not known or has no meaning.
std::string count_of(const json& part, const char* key) {
    return part.at(key).is_null() ? "-" : grouped(number_of(part, key));
}

/// A list goes by its id; `plan` may know its name.
std::string title_of(const json& part, const json& plan) {
    const std::string name = text_of(plan, "destination_name");
    if (part.value("list", false)) return name.empty() ? cell(part, "title") : name;
    return part.at("segment").is_null() ? cell(part, "title") + " (fed no more)" : cell(part, "title");
}

std::uint64_t members_that_leave(const json& plan) {
    const json& counts = plan.contains("planned") ? plan.at("planned") : plan.at("counts");
    return number_of(counts, "removed");
}

std::string leaves_of(const json& leaver, const json& plan) {
    const std::string name = text_of(plan, "destination_name");
    json titles = json::object();
    titles["leaves"] = json::array();
    for (const json& title : leaver.at("leaves"))
        titles["leaves"].push_back(!name.empty() && title == plan.value("destination", json()) ? json(name)
                                                                                               : title);
    return cell(titles, "leaves");
}

void add_leavers(Sheet& sheet, const json& plan) {
    const json& leavers = plan.at("leavers");
    if (leavers.is_null() || leavers.empty()) return;
    const std::uint64_t removed = members_that_leave(plan);
    sheet.gap();
    sheet.text(removed > leavers.size()
                   ? grouped(leavers.size()) + " of the members that would lose something:"
                   : "members that would lose something:");
    using Kind = Column::Kind;
    Table table({{"MEMBER"}, {"ADDRESS", Kind::name}, {"LEAVES", Kind::may_be_cut}});
    for (const json& one : leavers)
        table.add({cell(one, "member"),
                   one.at("address").is_null() ? "its address is not known any more" : cell(one, "address"),
                   leaves_of(one, plan)});
    sheet.table(table, 4);
}

}  // namespace

void add_plan_figures(Sheet& sheet, const json& run) {
    const auto& planned = run.at("planned");
    sheet.figure("would remove", removal_figure(run), Tone::attention);
    for (const auto& [label, key] : {std::pair("would add", "added"), std::pair("would update", "updated")})
        sheet.figure(label, number_of(planned, key) ? grouped(number_of(planned, key)) : "");
}

void add_plan_parts(Sheet& sheet, const json& plan) {
    if (plan.at("segments").empty()) return;
    const json& before = plan.at("compared_with");
    const std::string then = before.is_null() ? "" : "RUN " + cell(before, "run");
    using Kind = Column::Kind;
    std::vector<Column> columns{{"SEGMENT", Kind::may_be_cut},
                                {"JOIN", Kind::number},
                                {"LEAVE", Kind::number},
                                {"MEMBERS NOW", Kind::number}};
    if (!then.empty()) columns.push_back({"IN " + then, Kind::number});
    Table table(std::move(columns));
    for (const json& part : plan.at("segments")) {
        const bool loses = number_of(part, "leaves") > 0;
        std::vector<Cell> row{title_of(part, plan), count_of(part, "joins"),
                              Cell(count_of(part, "leaves"), loses ? Tone::attention : Tone::plain),
                              count_of(part, "members")};
        if (!then.empty()) row.emplace_back(count_of(part, "members_before"));
        table.add(std::move(row));
    }
    sheet.table(table, 2);
    if (!then.empty()) {
        json last = before;
        last["zone"] = plan.contains("zone") ? plan.at("zone") : json(nullptr);
        sheet.text("run " + cell(before, "run") + ", the last one that delivered, ended " +
                   when(last, "finished_at"));
    }
    add_leavers(sheet, plan);
}

void add_done_parts(Sheet& sheet, const json& run) {
    const json& parts = run.at("segments");
    const bool moved = std::any_of(parts.begin(), parts.end(), [](const json& part) {
        return number_of(part, "joins") + number_of(part, "leaves") > 0;
    });
    if (!moved) return;
    // Of a run that did not do all of its plan it is not kept by segment what was done.
    const bool whole = cell(run, "status") == "succeeded";
    using Kind = Column::Kind;
    Table table({{"SEGMENT", Kind::may_be_cut},
                 {whole ? "JOINED" : "TO JOIN", Kind::number},
                 {whole ? "LEFT" : "TO LEAVE", Kind::number},
                 {"MEMBERS", Kind::number}});
    for (const json& part : parts)
        table.add({title_of(part, run), count_of(part, "joins"), count_of(part, "leaves"),
                   count_of(part, "members")});
    sheet.table(table, 2);
    if (!whole) sheet.text("as planned; what of it was not done is counted below");
}

std::string what_ends_it(const json& run) {
    const std::string next = text_of(run, "replaced_at").empty()
                                 ? "when another run of the export begins"
                                 : "when the next run of the export begins, at " + when(run, "replaced_at");
    return "It is delivered exactly as shown, or not at all: it expires " + next +
           ", and when the export or its connection is changed.";
}

}  // namespace audienced::ctl
