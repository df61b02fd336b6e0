#include "verify_screen.hpp"

#include <nlohmann/json.hpp>

#include "render.hpp"
#include "sheet.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr std::size_t table_inset = 4;

Table groups_of(const json& verified) {
    using Kind = Column::Kind;
    Table table({{"TAG OR LIST", Kind::name},
                 {"THERE", Kind::number},
                 {"OURS", Kind::number},
                 {"OF OTHERS", Kind::number},
                 {"OPTED OUT", Kind::number},
                 {"NOTE", Kind::may_be_cut}});
    for (const json& group : verified.at("groups")) {
        const bool made = group.at("made") == true && group.at("gone") == false;
        const auto figure = [&](const char* key) {
            return made ? grouped(number_of(group, key)) : std::string("-");
        };
        const std::uint64_t unclear = number_of(group, "unclear");
        const std::string note = group.at("gone") == true    ? "gone at the provider"
                                 : group.at("made") == false ? "not made yet"
                                 : unclear > 0               ? grouped(unclear) + " with an unknown outcome"
                                                             : "";
        table.add(
            {cell(group, "title"), figure("listed"), figure("ours"), figure("others"), figure("away"), note});
    }
    return table;
}

void add_values(Sheet& sheet, const json& values) {
    const std::uint64_t compared = number_of(values, "compared"), skipped = number_of(values, "not_compared");
    if (compared == 0) return;
    std::string words =
        "of " + grouped(compared) + " contacts " + grouped(number_of(values, "same")) + " as sent";
    for (const json& field : values.at("fields"))
        words += ", " + cell(field, "field") + " differs in " + grouped(number_of(field, "differ"));
    if (skipped > 0)
        words += "; " + grouped(skipped) + " not compared, since the source says something else by now";
    sheet.figure("values", words);
    if (!values.at("problem").is_null()) sheet.figure("", cell(values, "problem"), Tone::attention);
}

void add_kind(Sheet& sheet, const json& kind) {
    sheet.gap();
    sheet.headline(grouped(number_of(kind, "count")) + " " + cell(kind, "kind") + ": " + cell(kind, "words"),
                   Tone::attention);
    using Kind = Column::Kind;
    Table table(
        {{"MEMBER"}, {"ADDRESS", Kind::may_be_cut}, {"TAG OR LIST", Kind::name}, {"", Kind::may_be_cut}});
    for (const json& one : kind.at("examples"))
        table.add({one.at("member").is_null() ? "" : cell(one, "member"),
                   one.at("address").is_null() ? "" : cell(one, "address"),
                   one.at("group").is_null() ? "" : cell(one, "group"), text_of(one, "detail")});
    sheet.table(table, table_inset);
    const std::uint64_t shown = kind.at("examples").size();
    if (number_of(kind, "count") > shown && shown > 0)
        sheet.text("and " + grouped(number_of(kind, "count") - shown) + " more", table_inset);
    sheet.text("mend: " + cell(kind, "mend"));
}

}  // namespace

std::string verify_screen(const json& verified, const View& view) {
    Sheet sheet(view);
    const std::uint64_t differences = number_of(verified, "differences");
    const std::string name = "export " + cell(verified, "name");
    if (differences == 0)
        sheet.headline(name + ": the provider holds what is remembered", Tone::good);
    else
        sheet.headline(name + ": " + grouped(differences) +
                           (differences == 1 ? " difference" : " differences") +
                           " between the provider and the memory",
                       Tone::attention);
    if (!verified.at("runs_meanwhile").empty())
        sheet.text("run " + cell(verified, "runs_meanwhile") +
                       " changed something there meanwhile, which may show as a difference: verify again "
                       "when it is over",
                   2, Tone::attention);
    sheet.gap();
    sheet.table(groups_of(verified), 2);
    sheet.gap();
    sheet.figure("delivered", grouped(number_of(verified, "delivered")) + " members by this export");
    add_values(sheet, verified.at("values"));
    for (const json& kind : verified.at("kinds")) add_kind(sheet, kind);
    return sheet.print();
}

}  // namespace audienced::ctl
