#include "preview_screen.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "plan_screen.hpp"
#include "render.hpp"
#include "sheet.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// "CITY=Rome" where it is the same, or the contact is new; else "CITY: Bonn -> Rome", and "unknown" for what
/// cannot be known.
std::string values_of(const json& row) {
    const json& before = row.at("before");
    const bool is_new = before.is_object() && before.value("contact", false) == false;
    std::string out;
    for (const auto& [field, value] : row.at("values").items()) {
        const std::string now = cell(row.at("values"), field.c_str());
        const bool known = before.is_object() && before.at("values").contains(field) &&
                           !before.at("values").at(field).is_null();
        const std::string then = known ? text_of(before.at("values"), field.c_str()) : "unknown";
        const bool same = is_new || (known && before.at("values").at(field) == value);
        out += (out.empty() ? "" : ", ") + field;
        out += same ? "=" + now : ": " + (then.empty() ? "empty" : visible(then)) + " -> " + now;
    }
    return out;
}

/// Adds the words of each kind to `reasons`, once.
std::string left_out_of(const json& row, std::map<std::string, std::string>& reasons) {
    std::string out;
    for (const auto& value : row.at("left_out")) {
        const std::string what = cell(value, "field") + " (" + cell(value, "code") + ")";
        out += (out.empty() ? "" : ", ") + what;
        reasons[what] = cell(value, "why");
    }
    return out;
}

void add_rows(Sheet& sheet, const json& preview) {
    if (preview.at("rows").empty()) return;
    std::map<std::string, std::string> reasons;
    using Kind = Column::Kind;
    Table table({{"CHANGE"},
                 {"ADDRESS", Kind::name},
                 {"VALUES", Kind::may_be_cut},
                 {"LEFT OUT", Kind::may_be_cut},
                 {"GROUPS", Kind::may_be_cut}});
    for (const auto& row : preview.at("rows"))
        table.add({cell(row, "change"), cell(row, "address"), values_of(row), left_out_of(row, reasons),
                   cell(row, "groups")});
    sheet.gap();
    sheet.table(table);
    for (const auto& [what, why] : reasons) sheet.text(what + ": " + why, 0);
}

}  // namespace

std::string preview_screen(const json& preview, const View& view) {
    Sheet sheet(view);
    sheet.headline(counts_sentence(preview.at("counts")) + "; " + grouped(number_of(preview, "ledger")) +
                       " delivered so far",
                   Tone::plain);
    if (!preview.at("guard").is_null())
        sheet.text("a run would be " + cell(preview, "guard") + ": " + cell(preview, "reason"), 0,
                   Tone::attention);
    sheet.gap();
    add_plan_parts(sheet, preview);
    add_rows(sheet, preview);
    return sheet.print();
}

}  // namespace audienced::ctl
