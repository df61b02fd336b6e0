#include "status_trouble.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connection_screen.hpp"
#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr const char* no_rank = "";

/// Held before failed before the rest: what waits for a person goes no further without one.
std::size_t rank_of(const json& e, const FindingsByExport& findings) {
    constexpr std::string_view order[] = {"held", "failed", "overdue", "skipped", "blocked", no_rank};
    const auto it = findings.find(text_of(e, "name"));
    const std::string state = it == findings.end() ? no_rank : text_of(*it->second, "state");
    return static_cast<std::size_t>(std::find(std::begin(order), std::end(order), state) - std::begin(order));
}

Tone tone_of_state(const std::string& state) {
    return state == "held" || state == "skipped" || state == "expires_soon" ? Tone::attention : Tone::bad;
}

/// It began at `since` and lasts, or it happened then.
bool lasts(const std::string& state) {
    return state != "failed" && state != "skipped";
}

std::string headline_of(const std::string& name, const json& finding) {
    std::string out = name + ": " + words_of_state(finding);
    if (!time_of(finding, "since")) return out;
    return out + (lasts(text_of(finding, "state")) ? " since " : " ") + when(finding, "since");
}

/// The last run tells more than the finding, where it is of that run.
std::string reason_of(const json& e, const json& finding) {
    const json& last = e.at("last_run");
    if (!last.is_object() || last.value("id", json()) != finding.value("run", json()) ||
        text_of(finding, "state") == "overdue")
        return with_local_times(text_of(finding, "reason"), finding);
    json run = last;
    run["zone"] = finding.value("zone", "");
    return why(run);
}

void add_export_trouble(Sheet& sheet, const json& e, const json& finding) {
    sheet.gap();
    sheet.headline(headline_of(with_title(cell(e, "name"), cell(e, "title")), finding),
                   tone_of_state(text_of(finding, "state")));
    sheet.text(reason_of(e, finding));
    // A hint may be a sentence with a command in it.
    const std::string next = text_of(finding, "next");
    if (next.starts_with("audiencectl "))
        sheet.command("next: ", next);
    else
        sheet.text(next);
}

bool is_blocked(const json& finding) {
    return text_of(finding, "state") == "blocked";
}

const json* find_connection(const json& status, const std::string& name) {
    for (const auto& c : status.at("connections"))
        if (text_of(c, "name") == name) return &c;
    return nullptr;
}

/// Told with its connection.
bool is_told_there(const json& status, const json& e, const json& finding) {
    const json* c = is_blocked(finding) ? find_connection(status, text_of(e, "connection")) : nullptr;
    return c && connection_state(*c) != "ready";
}

/// All of its exports, those that are told for another reason and those that are started by hand too.
std::string blocked_by(const json& c, const std::vector<json>& exports) {
    std::string out;
    for (const json& e : exports)
        if (e.at("enabled") == true && e.at("connection") == c.at("name"))
            out += (out.empty() ? "" : ", ") + cell(e, "name");
    return out;
}

/// What people were told of it, where they were.
const json* find_finding(const json& status, const std::string& subject) {
    for (const auto& one : status.at("attention"))
        if (text_of(one, "subject") == subject) return &one;
    return nullptr;
}

void add_connection_trouble(Sheet& sheet, const json& c, const json* told, const std::string& blocked) {
    const std::string name = "connection " + with_title(cell(c, "name"), cell(c, "title"));
    const std::string since = told ? " since " + when(*told, "since") : "";
    sheet.gap();
    sheet.headline(name + ": " + connection_state(c) + since, Tone::bad);
    if (const auto reason = cell(c, "state_reason"); reason != "-") sheet.text(reason);
    if (!blocked.empty()) sheet.text("these exports cannot run: " + blocked);
    sheet.command("next: ", connection_next(c));
}

void add_connections_in_trouble(Sheet& sheet, const json& status, const std::vector<json>& exports) {
    for (const auto& c : status.at("connections")) {
        const json* told = find_finding(status, "connection:" + text_of(c, "name"));
        if (connection_state(c) != "ready") {
            add_connection_trouble(sheet, c, told, blocked_by(c, exports));
        } else if (told && text_of(*told, "state") == "expires_soon") {
            sheet.gap();
            sheet.headline(
                "connection " + with_title(cell(c, "name"), cell(c, "title")) + ": the sign-in expires soon",
                Tone::attention);
            sheet.text(with_local_times(text_of(*told, "reason"), *told));
            sheet.command("next: ", text_of(*told, "next"));
        }
    }
}

}  // namespace

std::string words_of_state(const json& finding) {
    std::string out = cell(finding, "state");
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

FindingsByExport export_findings(const json& status) {
    FindingsByExport out;
    for (const auto& one : status.at("attention"))
        if (one.at("export").is_string()) out.emplace(text_of(one, "export"), &one);
    return out;
}

std::vector<json> in_order_of_need(const json& exports, const FindingsByExport& findings) {
    std::vector<json> out(exports.begin(), exports.end());
    std::stable_sort(out.begin(), out.end(), [&](const json& a, const json& b) {
        return rank_of(a, findings) < rank_of(b, findings);
    });
    return out;
}

void add_trouble(Sheet& sheet, const json& status, const std::vector<json>& exports,
                 const FindingsByExport& findings) {
    if (const json* key = find_finding(status, "master_key")) {
        sheet.gap();
        sheet.headline("the master key: " + words_of_state(*key), Tone::attention);
        sheet.text(text_of(*key, "reason"));
        sheet.command("next: ", text_of(*key, "next"));
    }
    if (const json* daemon = find_finding(status, "daemon")) {
        sheet.headline(headline_of("the daemon", *daemon), Tone::bad);
        sheet.text(text_of(*daemon, "reason"));
    }
    if (!findings.empty()) {
        sheet.gap();
        sheet.headline(std::to_string(findings.size()) + " of " + std::to_string(exports.size()) +
                       (exports.size() == 1 ? " export" : " exports") +
                       (findings.size() == 1 ? " needs attention" : " need attention"));
    }
    constexpr std::size_t told_in_full = 10;
    std::size_t told = 0, left = 0;
    for (const json& e : exports) {
        const auto it = findings.find(text_of(e, "name"));
        if (it == findings.end() || is_told_there(status, e, *it->second)) continue;
        if (told++ < told_in_full)
            add_export_trouble(sheet, e, *it->second);
        else
            ++left;
    }
    if (left > 0) sheet.text("and " + std::to_string(left) + " more, in the table below", 0);
    add_connections_in_trouble(sheet, status, exports);
}

}  // namespace audienced::ctl
