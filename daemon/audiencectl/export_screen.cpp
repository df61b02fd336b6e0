#include "export_screen.hpp"

#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// The run with the zone of its export, which it does not know.
json last_run_of(const json& e) {
    json last = e.at("last_run").is_object() ? e["last_run"] : json::object();
    last["zone"] = e.contains("zone") ? e["zone"] : json(nullptr);
    return last;
}

void add_last_run(Sheet& sheet, const json& e) {
    const json last = last_run_of(e);
    if (!last.contains("status")) return sheet.figure("last run", "never ran");
    std::string words = "run " + cell(last, "id") + " " + state_of(last);
    if (is_over(last))
        words += ", ended " + when(last, "finished_at");
    else if (!last.at("started_at").is_null())
        words += ", began " + when(last, "started_at");
    sheet.figure("last run", words, tone_of(last));
    if (last.at("counts").value("read", std::uint64_t{0}) > 0)
        sheet.figure("counts", counts_sentence(last["counts"]));
}

std::string guards_of(const json& e) {
    return "at least " + grouped(e.value("min_profiles", std::uint64_t{0})) + " and at most " +
           grouped(e.value("max_profiles", std::uint64_t{0})) + " profiles; held if " +
           (cell(e, "max_removal_percent") == "0"
                ? std::string("any member")
                : "at least 100 members, and more than " + cell(e, "max_removal_percent") + " % of them,") +
           " would lose a tag or the list" + (e.at("hold") == true ? "; every run is held" : "");
}

std::string options_of(const json& e) {
    std::string out;
    for (const char* key : {"clear_empty", "create_fields", "tag_segments"})
        if (e.value(key, false)) out += (out.empty() ? "--" : ", --") + std::string(key);
    for (char& c : out)
        if (c == '_') c = '-';
    return out;
}

void add_mapping(Sheet& sheet, const json& e) {
    sheet.figure("address", "from " + cell(e, "email"));
    sheet.figure("key of the person", cell(e, "key"));
    for (const auto& one : e.at("map"))
        sheet.figure("field " + cell(one, "field"), "from " + cell(one, "attribute"));
}

}  // namespace

std::string next_run_words(const json& e) {
    if (e.at("connection").is_null())
        return "none: it has no connection; audiencectl export attach " + cell(e, "name") +
               " --connection NAME";
    if (number_of(e, "withdrawn_by") > 0)
        return "none: it is being withdrawn by run " + cell(e, "withdrawn_by") +
               "; audiencectl runs follow " + cell(e, "withdrawn_by");
    if (e.at("enabled") == false) return "none: it is disabled; audiencectl export enable " + cell(e, "name");
    const std::string calendar =
        e.contains("calendar") && !e["calendar"].is_null() ? cell(e, "calendar") + " " + cell(e, "zone") : "";
    if (!e.at("next_run").is_null())
        return when(e, "next_run") + ", " +
               (cell(e, "schedule") == "refresh" ? "the refresh schedule: " : "") + calendar;
    if (cell(e, "schedule") == "refresh")
        return "none: the refresh schedule is off; audiencectl schedule set, or audiencectl run " +
               cell(e, "name");
    return "none: it runs by hand; audiencectl run " + cell(e, "name");
}

std::string export_screen(const json& e, const View& view) {
    Sheet sheet(view);
    const json last = last_run_of(e);
    const bool attention = needs_attention(last);
    sheet.headline(
        "export " + with_title(cell(e, "name"), cell(e, "title")) + (attention ? ": " + state_of(last) : ""),
        attention ? tone_of(last) : Tone::strong);
    if (attention) {
        sheet.text(why(last), 2, tone_of(last));
        sheet.command("next: ", command_of_run(last, "show"));
        sheet.gap();
    }
    add_last_run(sheet, e);
    sheet.figure("next run", next_run_words(e));
    sheet.gap();
    sheet.figure("segments", cell(e, "segments"));
    sheet.figure("connection",
                 e.at("connection").is_null() ? "none" : cell(e, "connection") + ", " + cell(e, "provider"));
    sheet.figure("destination", named_destination(e));
    sheet.figure("mode", cell(e, "mode") == "mirror"
                             ? "mirror: a member that leaves the segments loses what it was given"
                             : "upsert: nothing is removed");
    add_mapping(sheet, e);
    sheet.gap();
    sheet.figure("guards", guards_of(e));
    if (cell(e, "existing") != "ask") sheet.figure("existing contacts", cell(e, "existing"));
    sheet.figure("options", options_of(e));
    sheet.figure("you may", e.at("may_change") == true ? "change and run it" : "look at it");
    sheet.figure("added", when(e, "created_at"));
    sheet.figure("changed", cell(e, "updated_at") == cell(e, "created_at") ? "" : when(e, "updated_at"));
    return sheet.print();
}

std::string exports_screen(const json& exports, const View& view) {
    if (exports.empty()) return "no exports yet: audiencectl export add\n";
    std::vector<std::optional<LocalTime>> times;
    std::vector<std::string> without;
    for (const auto& e : exports) {
        times.push_back(time_of(e, "next_run"));
        without.push_back(e.at("connection").is_null()       ? "no connection"
                          : number_of(e, "withdrawn_by") > 0 ? "being withdrawn"
                          : e.at("enabled") == false         ? "disabled"
                          : cell(e, "schedule") == "manual"  ? "by hand"
                                                             : "schedule off");
    }
    const TimeColumn next = time_column("NEXT RUN", times, without);
    using Kind = Column::Kind;
    Table table({{"EXPORT", Kind::name},
                 {"LAST RUN", Kind::may_be_cut},
                 next.head,
                 {"SCHEDULE", Kind::may_be_cut},
                 {"CONNECTION", Kind::name},
                 {"TITLE", Kind::may_be_cut}});
    for (std::size_t i = 0; i < exports.size(); ++i) {
        const auto& e = exports[i];
        const auto& last = e.at("last_run");
        const std::string zone = cell(e, "timezone") == "-" ? "" : cell(e, "timezone");
        table.add({cell(e, "name"),
                   last.is_null() ? Cell("never ran") : Cell(short_state_of(last), tone_of(last)),
                   next.cells[i], cell(e, "schedule") + (zone.empty() ? "" : " " + zone),
                   e.at("connection").is_null() ? "-" : cell(e, "connection"),
                   cell(e, "title") == cell(e, "name") ? "" : cell(e, "title")});
    }
    return table.print(view);
}

}  // namespace audienced::ctl
