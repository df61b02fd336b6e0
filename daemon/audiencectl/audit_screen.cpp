#include "audit_screen.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"
#include "sheet.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

// They change with the others, and say nothing by themselves.
constexpr std::array follows{"updated_at", "created_at", "revision", "next", "next_run"};

std::string audit_value(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return {};
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (!value.is_array()) return value.dump(-1, ' ', false, json::error_handler_t::replace);
    std::string out;
    for (const auto& one : value) {
        // A field of a mapping.
        const bool is_pair = one.is_object() && one.contains("attribute") && one.contains("field");
        out += (out.empty() ? "" : ", ") +
               (is_pair ? audit_value(one["attribute"]) + "=" + audit_value(one["field"]) : audit_value(one));
    }
    return out;
}

/// "consent.by" -> "ann"; what is null or empty is left out.
void flatten(const std::string& prefix, const json& thing, std::map<std::string, std::string>& out) {
    if (!thing.is_object()) {
        if (const std::string text = audit_value(thing); !text.empty())
            out[prefix.empty() ? "state" : prefix] = text;
        return;
    }
    for (const auto& [key, value] : thing.items()) {
        if (std::find(follows.begin(), follows.end(), key) != follows.end()) continue;
        flatten(prefix.empty() ? key : prefix + "." + key, value, out);
    }
}

void add_changes(Sheet& sheet, const json& before, const json& after) {
    std::map<std::string, std::string> was, is;
    flatten({}, before, was);
    flatten({}, after, is);
    if (before.is_null()) {
        for (const auto& [key, value] : is)
            if (key != "name" && value != "no") sheet.figure(key, value);
        return;
    }
    if (after.is_null()) {
        for (const auto& [key, value] : was)
            if (key != "name") sheet.figure(key, value + " -> -");
        return;
    }
    std::map<std::string, std::string> all = was;
    all.insert(is.begin(), is.end());
    for (const auto& [key, ignored] : all) {
        const std::string a = was.contains(key) ? was[key] : "-", b = is.contains(key) ? is[key] : "-";
        if (a != b) sheet.figure(key, a + " -> " + b);
    }
}

}  // namespace

std::string audit_screen(const json& audit, const View& view) {
    if (audit.empty()) return "no changes yet\n";
    Sheet sheet(view);
    for (const auto& row : audit) {
        sheet.gap();
        const std::string who = row.at("uid") == -1 ? "audienced itself" : cell(row, "user");
        sheet.headline(when(row, "at") + "  " + who + "  " + cell(row, "action") + " " + cell(row, "object"));
        add_changes(sheet, row.at("before"), row.at("after"));
    }
    return sheet.print();
}

}  // namespace audienced::ctl
