#include "definition_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/apply/file_keys.hpp"

namespace audienced::ctl {
using control::FileKey;
using nlohmann::json;

namespace {

constexpr const char* file_head =
    "# The definitions of audienced. What a table leaves out has its default.\n"
    "# `audiencectl diff FILE` shows what differs, `audiencectl apply FILE` makes the daemon's definitions "
    "so.\n"
    "# Secrets are never written here; to set one, name it: \"file:/path\", \"credential:NAME\" of the "
    "service, or\n"
    "# \"-\" for standard input. A secret that the file does not name stays as it is.\n";

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// In three single quotes nothing is escaped: what could end or change it must not be in it.
bool fits_lines(const std::string& text) {
    const bool others =
        std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
    return text.find('\n') != text.npos && text.find("'''") == text.npos && text.back() != '\'' && !others;
}

std::string escaped_toml(const std::string& text) {
    // The escapes of JSON are escapes of TOML too; DEL is one that JSON leaves as it is.
    std::string out = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    for (std::size_t at = out.find('\x7f'); at != out.npos; at = out.find('\x7f', at))
        out.replace(at, 1, "\\u007f");
    return out;
}

std::string map_text(const json& list) {
    std::string out = "[\n";
    for (const auto& one : list)
        out += "  { attribute = " + escaped_toml(one.at("attribute").get<std::string>()) +
               ", field = " + escaped_toml(one.at("field").get<std::string>()) + " },\n";
    return out + "]";
}

std::string value_text(const json& value) {
    if (value.is_string()) return toml_string(value.get<std::string>());
    if (!value.is_array()) return value.dump();
    if (!value.empty() && value.front().is_object()) return map_text(value);
    std::string out;
    for (const auto& one : value) out += (out.empty() ? "" : ", ") + escaped_toml(one.get<std::string>());
    return "[" + out + "]";
}

/// Of that kind, so that a reader sees which secrets there are.
control::FileKeys keys_in(const std::string& noun, const json& object) {
    if (noun == "source")
        for (const auto& table : source::option_tables()) {
            auto keys = control::file_keys(table);
            if (object.contains(keys.front().name)) return keys;
        }
    return control::file_keys(noun);
}

bool applies(const std::string& key, const json& object) {
    if (key == "api_key") return !object.contains("client_id");
    return key != "client_secret" || object.contains("client_id");
}

std::string object_text(const std::string& noun, const std::string& header, const json& object) {
    std::string out = "\n[" + header + "]\n";
    for (const FileKey& key : keys_in(noun, object)) {
        if (object.contains(key.name))
            out += key.name + " = " + value_text(object.at(key.name)) + "\n";
        else if (key.as == FileKey::As::secret && applies(key.name, object))
            out += "# " + key.name + " = \"file:/path\"\n";
    }
    return out;
}

}  // namespace

std::string toml_string(const std::string& text) {
    return fits_lines(text) ? "'''\n" + text + "'''" : escaped_toml(text);
}

std::string definition_text(const json& objects) {
    std::string out = file_head;
    for (const std::string& noun : control::file_nouns()) {
        const auto table = objects.find(noun);
        if (table == objects.end()) continue;
        if (noun == "schedule") {
            out += object_text(noun, noun, *table);
            continue;
        }
        for (const auto& [name, object] : table->items()) out += object_text(noun, noun + "." + name, object);
    }
    if (!objects.contains("schedule"))
        out +=
            "\n# The refresh schedule is off.\n# [schedule]\n# calendar = \"daily 02:00\"\n# timezone = "
            "\"Europe/Berlin\"\n";
    return out;
}

}  // namespace audienced::ctl
