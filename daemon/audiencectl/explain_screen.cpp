#include "explain_screen.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr std::size_t inset = 4;

/// Of the whole answer: instants of its parts are shown in the zone of the export.
std::string when_in(const json& answer, json part, const char* key) {
    part["zone"] = answer.contains("zone") ? answer["zone"] : json(nullptr);
    return when(part, key);
}

std::string under_words(const json& part) {
    const std::string under = text_of(part, "under");
    if (under == "present") return ", under the address that the contact has now";
    if (under == "former") return ", under the address to which it was delivered";
    if (under == "earlier") return ", under an earlier address of the person";
    return {};
}

std::string place_of(const json& one) {
    const bool line = !one.at("line").is_null();
    return line ? "line " + cell(one, "line") : "row " + cell(one, "row");
}

void add_segments(Sheet& sheet, const json& answer) {
    sheet.gap();
    sheet.headline("in the segments now", Tone::strong);
    for (const json& look : answer.at("segments")) {
        std::string words = cell(look, "segment") + ": ";
        const std::uint64_t found = number_of(look, "found"), rows = number_of(look, "rows");
        if (found == 0 && look.at("complete") == true) words += "not among its " + grouped(rows) + " rows";
        if (found == 0 && look.at("complete") == false)
            words += "not among the " + grouped(rows) + " rows that were read";
        const char* separator = "";
        for (const json& place : look.at("places")) {
            words += separator + place_of(place) + under_words(place);
            if (place.at("readable") == false) words += " (the row cannot be read)";
            separator = "; ";
        }
        if (found > look.at("places").size()) words += "; " + grouped(found) + " rows in all";
        sheet.text(words, inset);
        if (!look.at("problem").is_null()) sheet.text(cell(look, "problem"), inset, Tone::attention);
    }
    for (const json& near : answer.at("near")) {
        const std::string address = near.at("address").is_null() ? "" : " " + cell(near, "address");
        sheet.text(
            "near it: " + cell(near, "segment") + ", " + place_of(near) + address + ": " + cell(near, "how"),
            inset);
    }
}

void add_values(Sheet& sheet, const json& answer) {
    const json& next = answer.at("next");
    if (next.at("values").empty() && next.at("left_out").empty()) return;
    sheet.gap();
    sheet.headline("its values as they are sent", Tone::strong);
    for (const auto& [field, value] : next.at("values").items())
        sheet.figure(field, cell(next.at("values"), field.c_str()));
    for (const json& one : next.at("left_out"))
        sheet.figure(cell(one, "field"), "left out: " + cell(one, "why"), Tone::attention);
}

/// Of a member that the export does not count as delivered (any more).
std::string not_delivered(const json& answer) {
    for (const json& act : answer.at("acts"))
        if (cell(act, "export") == cell(answer, "name") && cell(act, "asked") != "take out")
            return "by run " + cell(act, "run") + ", " + when_in(answer, act, "at") +
                   "; the export does not count it as delivered now";
    return answer.at("acts_complete") == true ? "never by this export, as far as runs are kept" : "not known";
}

void add_delivered(Sheet& sheet, const json& answer) {
    sheet.gap();
    const json& delivered = answer.at("delivered");
    std::string words;
    if (!delivered.is_object()) words = not_delivered(answer);
    if (delivered.is_object()) {
        words = delivered.at("run").is_null() ? "by a run that is not known any more"
                                              : "by run " + cell(delivered, "run");
        if (!delivered.at("at").is_null()) words += ", " + when_in(answer, delivered, "at");
        words += ", counted as " + cell(delivered, "counted_as");
        if (delivered.at("values_as_now") == true) words += "; the values are the same now";
        if (delivered.at("values_as_now") == false) words += "; the values are others now";
    }
    sheet.figure("last sent", words);
    const json& contact = answer.at("contact");
    if (contact.at("has_another_address") == true)
        sheet.figure("contact", "has the address " + cell(contact, "address_now") + " at the provider now");
    if (contact.at("came_to_this_address") == true)
        sheet.figure("contact", "was delivered under another address and has this one at the provider now");
}

void add_provider(Sheet& sheet, const json& answer) {
    const json& now = answer.at("provider");
    std::string words;
    const std::string why = text_of(now, "not_asked_because");
    const bool told = !why.empty() && text_of(answer, "answer").find(why) != std::string::npos;
    if (now.at("asked") == false)
        words = told ? "not asked: see above" : "not asked: " + cell(now, "not_asked_because");
    else if (now.at("found") == false)
        words = "no such contact";
    else {
        words = cell(now, "state");
        if (!now.at("address").is_null()) words += ", with the address " + cell(now, "address");
        const bool list = !now.at("on_list").is_null();
        if (!now.at("groups").empty())
            words += ", in " + cell(now, "groups");
        else
            words += list ? ", not on the list" : ", with none of the tags that audienced knows";
    }
    sheet.figure("provider now", words);
}

void add_opt_outs(Sheet& sheet, const json& answer) {
    if (answer.at("opt_outs").empty()) return;
    sheet.gap();
    sheet.headline("opt-outs", Tone::attention);
    for (const json& one : answer.at("opt_outs")) {
        std::string words =
            cell(one, "reason") + " since " + when_in(answer, one, "since") + under_words(one);
        if (!one.at("run").is_null()) words += "; found by run " + cell(one, "run");
        words += cell(one, "evidence") == "pull"       ? ", in a listing"
                 : cell(one, "evidence") == "response" ? ", in the answer to a call"
                                                       : ", by a command here";
        sheet.text(words, inset);
        sheet.text("what lifts it: " + cell(one, "lifted_by"), inset + 2);
    }
}

/// "in each of runs 3 to 21", "in runs 3, 5 and 9"; of many runs apart only the first and the last.
std::string in_runs(const std::vector<std::int64_t>& runs) {
    constexpr std::size_t most_named = 4;
    if (runs.size() == 1) return "in run " + std::to_string(runs.front());
    const std::string first = std::to_string(runs.front()), last = std::to_string(runs.back());
    const bool each = runs.back() - runs.front() + 1 == static_cast<std::int64_t>(runs.size());
    if (each && runs.size() > 2) return "in each of runs " + first + " to " + last;
    if (runs.size() > most_named) return "in " + grouped(runs.size()) + " runs from " + first + " to " + last;
    std::string out = "in runs ";
    for (std::size_t i = 0; i < runs.size(); ++i)
        out += (i == 0 ? "" : i + 1 == runs.size() ? " and " : ", ") + std::to_string(runs[i]);
    return out;
}

/// The same refusal in many runs is one line.
void add_refusals_of_runs(Sheet& sheet, const json& of_runs) {
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> kinds;
    for (const json& one : of_runs) {
        const std::string field =
            one.at("field").is_null() ? "" : "the value of " + cell(one, "field") + ": ";
        const std::string words = field +
                                  (text_of(one, "detail").empty() ? cell(one, "code") : cell(one, "detail")) +
                                  " (counted in " + cell(one, "counted_in") + ")";
        auto at =
            std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.first == words; });
        if (at == kinds.end()) at = kinds.insert(kinds.end(), {words, {}});
        at->second.push_back(one.at("run").get<std::int64_t>());
    }
    for (auto& [words, runs] : kinds) {
        std::sort(runs.begin(), runs.end());
        runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
        sheet.text(in_runs(runs) + ": " + words, inset);
    }
}

void add_rejects(Sheet& sheet, const json& answer) {
    const json& rejects = answer.at("rejects");
    if (rejects.at("now").empty() && rejects.at("of_runs").empty()) return;
    sheet.gap();
    sheet.headline("what was refused", Tone::attention);
    for (const json& one : rejects.at("now")) {
        std::string words = one.at("value_only") == true ? "the value of " + cell(one, "field") + ": " : "";
        words += text_of(one, "detail").empty() ? cell(one, "code") : cell(one, "detail");
        words += " (" + cell(one, "class") + ", sent " + cell(one, "attempts") + " times, since run " +
                 cell(one, "since_run") + ")";
        sheet.text(words, inset);
        sheet.text(one.at("next_try").is_null()
                       ? "sent again when its values change, or by `audiencectl runs retry`"
                       : "next try: " + when_in(answer, one, "next_try"),
                   inset + 2);
    }
    add_refusals_of_runs(sheet, rejects.at("of_runs"));
}

void add_memberships(Sheet& sheet, const json& answer) {
    if (answer.at("memberships").empty()) return;
    sheet.gap();
    sheet.headline("tags and lists, as remembered", Tone::strong);
    for (const json& one : answer.at("memberships")) {
        std::string words = "\"" + cell(one, "group") + "\": " + cell(one, "words") + under_words(one);
        if (!one.at("held_by").empty()) words += "; wanted by " + cell(one, "held_by");
        sheet.text(words, inset);
    }
}

void add_acts(Sheet& sheet, const json& answer) {
    if (answer.at("acts").empty()) return;
    sheet.gap();
    sheet.headline("what was asked of the provider, newest first", Tone::strong);
    using Kind = Column::Kind;
    Table table(
        {{"RUN", Kind::number}, {"EXPORT", Kind::name}, {"WHEN"}, {"ASKED", Kind::may_be_cut}, {"OUTCOME"}});
    for (const json& act : answer.at("acts"))
        table.add(
            {cell(act, "run"), act.at("export").is_null() ? "removed" : cell(act, "export"),
             when_in(answer, act, "at"),
             act.at("group").is_null() ? cell(act, "asked") : cell(act, "asked") + " " + cell(act, "group"),
             cell(act, "outcome")});
    sheet.table(table, inset);
    if (answer.at("acts_complete") == false) sheet.text("older calls were not looked through", inset);
}

void add_others(Sheet& sheet, const json& answer) {
    sheet.gap();
    for (const json& call : answer.at("open_calls"))
        sheet.figure("under way",
                     std::string(call.at("job") == true ? "a job" : "a call") + " of " +
                         (call.at("run").is_null() ? "another export" : "run " + cell(call, "run")) +
                         " that names it has no known outcome yet");
    if (answer.at("open_run").is_object())
        sheet.figure("open run",
                     "run " + cell(answer["open_run"], "id") + " " + state_of(answer["open_run"]));
    std::string others;
    for (const json& other : answer.at("other_exports"))
        others += (others.empty() ? "" : ", ") + cell(other, "export") +
                  (other.at("delivered") == true ? " (delivered it)" : " (never sent it)");
    sheet.figure("same audience", others);
    sheet.figure("next run", answer.at("next_run").is_null() ? "" : when(answer, "next_run"));
}

}  // namespace

std::string explain_screen(const json& answer, const View& view) {
    Sheet sheet(view);
    const json zone = answer.contains("zone") ? answer : json::object();
    sheet.text(with_local_times(text_of(answer, "answer"), zone), 0, Tone::strong);
    if (answer.at("valid") == false) return sheet.print();
    sheet.gap();
    sheet.figure("asked for", cell(answer, "address") + ", member " + cell(answer, "member") +
                                  ", of export " + cell(answer, "name"));
    if (answer.at("ever_ran") == false) sheet.figure("memory", "none of it: the export never ran there");
    add_provider(sheet, answer);
    add_delivered(sheet, answer);
    add_opt_outs(sheet, answer);
    add_segments(sheet, answer);
    add_values(sheet, answer);
    add_rejects(sheet, answer);
    add_memberships(sheet, answer);
    add_acts(sheet, answer);
    add_others(sheet, answer);
    return sheet.print();
}

}  // namespace audienced::ctl
