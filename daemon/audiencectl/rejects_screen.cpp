#include "rejects_screen.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string key_of(const json& one) {
    std::string out;
    for (const char* part : {"counted_in", "code", "field", "class"}) out += cell(one, part) + "\n";
    return out;
}

std::string advice_for(const std::string& reject_class) {
    if (reject_class == "fix_data") return "mend the data; it is sent when its values change";
    if (reject_class == "retry_later") return "sent again by itself at its next try";
    if (reject_class == "never") return "not sent again";
    return reject_class;
}

bool is_quarantined(const json& one) {
    return one.value("quarantined", false);
}

/// Where an editor finds it: a line of a file, or a row of what else there is.
struct Places {
    std::string head;  // empty: no row has a place
    std::vector<std::string> cells;
};

Places places_of(const std::vector<json>& rows) {
    bool by_line = false, by_row = false;
    for (const auto& one : rows) {
        const bool line = one.contains("line") && !one["line"].is_null();
        by_line = by_line || line;
        by_row = by_row || (!line && !one.at("row").is_null());
    }
    Places out;
    out.head = by_line && by_row ? "WHERE" : by_line ? "LINE" : by_row ? "ROW" : "";
    for (const auto& one : rows) {
        const bool line = one.contains("line") && !one["line"].is_null();
        const std::string number = line ? cell(one, "line") : one.at("row").is_null() ? "" : cell(one, "row");
        const bool both = by_line && by_row && !number.empty();
        out.cells.push_back(both ? (line ? "line " : "row ") + number : number);
    }
    return out;
}

Table table_of(const std::vector<json>& rows, const json& zone) {
    std::vector<std::optional<LocalTime>> times;
    std::vector<std::string> without(rows.size(), "");
    const Places places = places_of(rows);
    bool members = false, tries = false;
    for (const auto& one : rows) {
        json with_zone = one;
        with_zone["zone"] = zone;
        times.push_back(time_of(with_zone, "next_try"));
        if (is_quarantined(one)) without[times.size() - 1] = "quarantine";
        members = members || !one.at("member").is_null();
        tries = tries || times.back().has_value() || is_quarantined(one);
    }
    const TimeColumn next = time_column("NEXT TRY", times, without);
    using Kind = Column::Kind;
    std::vector<Column> columns{{"SEGMENT", Kind::name}};
    if (!places.head.empty()) columns.push_back({places.head, Kind::number});
    if (members) columns.push_back({"MEMBER"});
    if (tries) columns.push_back(next.head);
    columns.push_back({"WHY", Kind::may_be_cut});
    Table table(columns);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& one = rows[i];
        std::vector<Cell> row{cell(one, "segment")};
        if (!places.head.empty()) row.push_back(places.cells[i]);
        if (members) row.push_back(one.at("member").is_null() ? "" : cell(one, "member"));
        if (tries) row.push_back(next.cells[i]);
        row.push_back(cell(one, "detail"));
        table.add(std::move(row));
    }
    return table;
}

using RowsByKind = std::map<std::string, std::vector<json>>;

void add_kind(Sheet& sheet, const json& kind, RowsByKind& rows, const json& zone) {
    sheet.gap();
    sheet.headline(cell(kind, "words"), Tone::attention);
    const std::string field = kind.at("field").is_null() ? "" : ", field " + cell(kind, "field");
    sheet.text(cell(kind, "code") + field + ": " + advice_for(cell(kind, "class")));
    const auto of_kind = rows.find(key_of(kind));
    if (of_kind == rows.end()) return;
    sheet.table(table_of(of_kind->second, zone), 2);
    rows.erase(of_kind);
}

}  // namespace

std::string rejects_screen(const json& run, const json& rejects, const View& view) {
    if (rejects.empty() && run.at("rejects").empty()) return "nothing was rejected\n";
    RowsByKind rows;
    bool refused_by_provider = false, quarantined = false;
    for (const auto& one : rejects) {
        rows[key_of(one)].push_back(one);
        quarantined = quarantined || is_quarantined(one);
        refused_by_provider =
            refused_by_provider || (one.at("class") == "fix_data" && one.at("attempts") != 0);
    }
    Sheet sheet(view);
    sheet.headline(name_of_run(run) + ": " + state_of(run));
    const json zone = run.contains("zone") ? run["zone"] : json(nullptr);
    for (const auto& kind : run.at("rejects")) add_kind(sheet, kind, rows, zone);
    // What a run under way rejected since its kinds were asked for.
    for (const auto& [key, late] : rows) {
        sheet.gap();
        sheet.table(table_of(late, zone), 2);
    }
    if (quarantined) {
        sheet.gap();
        sheet.text("members in quarantine failed too often, and are sent again by this alone: " +
                       command_of_run(run, "retry"),
                   0);
    }
    if (refused_by_provider) {
        sheet.gap();
        sheet.text("mended at the provider? " + command_of_run(run, "retry"), 0);
    }
    return sheet.print();
}

}  // namespace audienced::ctl
