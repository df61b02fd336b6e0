#include "log/render.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace audienced::log {
namespace {

/// One line, whatever the value holds: a line break would forge a second entry.
std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7F) {
            char code[8];
            std::snprintf(code, sizeof code, "\\x%02x", byte);
            out += code;
        } else {
            out += c;
        }
    }
    return out;
}

std::string value_text(std::string_view value) {
    const bool quote = value.empty() || value.find_first_of(" \t\"=") != std::string_view::npos;
    std::string out;
    for (const char c : escaped(value)) {
        if (quote && c == '"') out += '\\';
        out += c;
    }
    return quote ? '"' + out + '"' : out;
}

std::string body(const Event& event) {
    std::string out = std::string(info(event.kind).name) + ": " + escaped(event.message);
    for (const Field& field : event.fields) out += " " + escaped(field.name) + "=" + value_text(field.value);
    return out + "\n";
}

}  // namespace

std::string text_line(const Event& event, SysTime at) {
    return to_iso8601(at) + " " + to_string(info(event.kind).level) + " " + body(event);
}

std::string prefixed_line(const Event& event) {
    return "<" + std::to_string(static_cast<int>(info(event.kind).level)) + ">" + body(event);
}

std::string json_line(const Event& event, SysTime at) {
    const KindInfo& kind = info(event.kind);
    nlohmann::ordered_json line;
    line["time"] = to_iso8601(at);
    line["level"] = to_string(kind.level);
    line["event"] = kind.name;
    line["message"] = event.message;
    line["message_id"] = kind.message_id;
    auto& fields = line["fields"] = nlohmann::ordered_json::object();
    for (const Field& field : event.fields) fields[field.name] = field.value;
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::vector<std::string> journal_fields(const Event& event) {
    const KindInfo& kind = info(event.kind);
    std::vector<std::string> out;
    out.push_back("MESSAGE=" + event.message);
    out.push_back("PRIORITY=" + std::to_string(static_cast<int>(kind.level)));
    out.push_back(std::string("MESSAGE_ID=") + kind.message_id);
    out.push_back(std::string("EVENT=") + kind.name);
    out.push_back("SYSLOG_IDENTIFIER=audienced");
    for (const Field& field : event.fields)
        if (is_field_name(field.name)) out.push_back(field.name + "=" + field.value);
    return out;
}

}  // namespace audienced::log
