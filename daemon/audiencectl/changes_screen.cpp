#include "changes_screen.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// "export:spring" -> "export spring"
std::string object_words(std::string object) {
    const auto colon = object.find(':');
    if (colon != object.npos) object[colon] = ' ';
    return object;
}

std::string shown_value(const json& value) {
    if (value.is_null()) return "none";
    if (!value.is_array()) return value.dump(-1, ' ', false, json::error_handler_t::replace);
    std::string out;
    for (const auto& one : value) {
        if (!out.empty()) out += ", ";
        out += one.is_object() ? one.value("attribute", "") + "=" + one.value("field", "")
                               : one.get<std::string>();
    }
    return "[" + out + "]";
}

std::string field_text(const json& field, const std::string& act) {
    const std::string name = field.at("field").get<std::string>();
    std::string value;
    if (field.at("secret") == true)
        value = act == "add" ? "(a secret)" : "(another secret)";
    else if (act == "add")
        value = shown_value(field.at("after"));
    else
        value = shown_value(field.at("before")) + " -> " + shown_value(field.at("after"));
    const std::string blanks(name.size() < 20 ? 20 - name.size() : 1, ' ');
    return "    " + name + blanks + visible(value) + "\n";
}

}  // namespace

std::string changes_screen(const json& answer) {
    std::string out;
    for (const auto& change : answer.at("changes")) {
        const std::string act = change.at("act").get<std::string>();
        const char* mark = act == "add" ? "+ " : act == "remove" ? "- " : "~ ";
        out += mark + object_words(change.at("object").get<std::string>()) + "\n";
        if (act == "remove") continue;
        for (const auto& field : change.at("fields")) out += field_text(field, act);
    }
    std::set<std::string> removed;
    for (const auto& change : answer.at("changes"))
        if (change.at("act") == "remove") removed.insert(change.at("object").get<std::string>());
    for (const auto& object : answer.at("not_in_file"))
        if (!removed.contains(object.get<std::string>()))
            out +=
                "  " + object_words(object.get<std::string>()) + " is not in the file; --prune removes it\n";
    return out;
}

std::string sum_of(const json& answer, bool done) {
    std::string out;
    const std::pair<const char*, const char*> acts[] = {
        {"add", "added"}, {"edit", "changed"}, {"remove", "removed"}};
    for (const auto& [act, past] : acts) {
        std::size_t count = 0;
        for (const auto& change : answer.at("changes")) count += change.at("act") == act;
        if (count == 0) continue;
        const std::string word =
            done ? past : std::string("to ") + (act == std::string("edit") ? "change" : act);
        out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + word;
    }
    return out;
}

}  // namespace audienced::ctl
