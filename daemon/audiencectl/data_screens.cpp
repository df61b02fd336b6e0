#include "data_screens.hpp"

#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

using Kind = Column::Kind;

std::vector<std::optional<LocalTime>> times_of(const json& things, const char* key) {
    std::vector<std::optional<LocalTime>> out;
    for (const auto& one : things) out.push_back(time_of(one, key));
    return out;
}

void add_contents(Sheet& sheet, const json& segment) {
    if (!segment.at("problem").is_null()) {
        sheet.figure("problem", cell(segment, "problem"), Tone::bad);
    } else if (segment.at("rows").is_null()) {
        sheet.figure("rows", segment.at("rows_unknown").is_null()
                                 ? "unknown"
                                 : "unknown: " + cell(segment, "rows_unknown"));
    } else {
        sheet.figure("rows", grouped(segment["rows"].get<std::uint64_t>()));
    }
    if (!segment.at("unreadable").is_null())
        sheet.figure("warning", cell(segment["unreadable"], "words"), Tone::attention);
    sheet.figure("columns", cell(segment, "columns"));
    sheet.figure("mapping", cell(segment, "mapping"));
    if (segment.at("mapping").is_null() && !segment.at("columns").is_null())
        sheet.figure("mapping", "no column looks like an e-mail address");
}

}  // namespace

std::string sources_screen(const json& sources, const View& view) {
    if (sources.empty()) return "no sources yet: audiencectl source add\n";
    const TimeColumn added = time_column("ADDED", times_of(sources, "created_at"));
    Table table({{"SOURCE", Kind::name}, {"KIND"}, added.head, {"WHERE", Kind::may_be_cut}});
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const auto& one = sources[i];
        const std::string kind = cell(one, "kind");
        const std::string where = one.contains("settings") ? cell(one["settings"], kind.c_str()) : "";
        table.add({cell(one, "name"), kind, added.cells[i], where});
    }
    return table.print(view);
}

std::string source_screen(const json& source, const View& view) {
    Sheet sheet(view);
    sheet.headline("source " + cell(source, "name") + " (" + cell(source, "kind") + ")");
    sheet.figure("segments",
                 source.at("segments").empty() ? "none: audiencectl segment add" : cell(source, "segments"));
    if (source.contains("settings"))
        for (const auto& [key, value] : source["settings"].items())
            sheet.figure("--" + key, cell(source["settings"], key.c_str()));
    sheet.figure("added", when(source, "created_at"));
    return sheet.print();
}

std::string segments_screen(const json& segments, const View& view) {
    if (segments.empty()) return "no segments yet: audiencectl segment add\n";
    Table table({{"SEGMENT", Kind::name},
                 {"SOURCE", Kind::name},
                 {"TITLE", Kind::may_be_cut},
                 {"WHAT", Kind::may_be_cut}});
    for (const auto& one : segments) {
        std::string what;
        for (const char* kind : {"query", "table", "file", "entity"})
            if (one.contains(kind)) what = std::string(kind) + " " + cell(one, kind);
        table.add({cell(one, "name"), cell(one, "source"), cell(one, "title"), what});
    }
    return table.print(view);
}

std::string contents_screen(const json& segment, const View& view) {
    Sheet sheet(view);
    add_contents(sheet, segment);
    return sheet.print();
}

std::string segment_screen(const json& segment, const View& view) {
    Sheet sheet(view);
    sheet.headline("segment " + with_title(cell(segment, "name"), cell(segment, "title")));
    // Who may not look into segments gets none of this.
    if (!segment.at("columns").is_null() || !segment.at("problem").is_null()) add_contents(sheet, segment);
    sheet.gap();
    sheet.figure("source", cell(segment, "source"));
    for (const char* kind : {"query", "table", "file", "entity"})
        if (const auto it = segment.find(kind); it != segment.end() && it->is_string())
            sheet.block(kind, it->get<std::string>());
    sheet.figure("exports", cell(segment, "exports"));
    sheet.figure("added", when(segment, "created_at"));
    return sheet.print();
}

std::string sample_screen(const json& sample, const View& view) {
    Sheet sheet(view);
    const bool unreadable = !sample.at("unreadable").is_null();
    if (unreadable) sheet.text("warning: " + cell(sample["unreadable"], "words"), 0, Tone::attention);
    if (sample.at("rows").empty()) return unreadable ? sheet.print() : "the segment is empty\n";
    if (unreadable) sheet.gap();
    std::vector<Column> columns;
    for (const auto& column : sample.at("columns"))
        columns.push_back({column.get<std::string>(), Kind::may_be_cut});
    Table table(std::move(columns));
    for (const auto& one : sample["rows"]) {
        std::vector<Cell> row;
        for (const auto& value : one) row.emplace_back(value.is_null() ? "" : value.get<std::string>());
        table.add(std::move(row));
    }
    sheet.table(table, 0);
    return sheet.print();
}

std::string schedule_screen(const json& schedule, const View&) {
    if (schedule.at("calendar").is_null()) return "the refresh schedule is off\n";
    json in_zone = schedule;
    in_zone["zone"] = schedule.at("timezone");
    return cell(schedule, "calendar") + " " + cell(schedule, "timezone") +
           "; next refresh: " + when(in_zone, "next") + "\n";
}

}  // namespace audienced::ctl
