#include "notify/message.hpp"

#include <nlohmann/json.hpp>

#include "log/mask.hpp"

namespace audienced::notify {
namespace {

using json = nlohmann::ordered_json;

std::string print_message(const json& message) {
    return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// "export:vip", "failed" -> "export vip: failed"
std::string title_of(std::string subject, std::string_view state) {
    if (const auto colon = subject.find(':'); colon != subject.npos) subject[colon] = ' ';
    return subject + ": " + std::string(state);
}

std::string text_of(const json& message, const char* key) {
    const auto found = message.find(key);
    return found != message.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void put_words(json& out, const log::Event& event) {
    const auto& kind = log::info(event.kind);
    out["event"] = kind.name;
    out["level"] = log::to_string(kind.level);
    out["message"] = log::mask_addresses(event.message);
    auto& fields = out["fields"] = json::object();
    for (const log::Field& field : event.fields) fields[field.name] = log::mask_addresses(field.value);
}

}  // namespace

std::string message_of(const Finding& found, std::string_view previous_state, std::string_view host,
                       SysTime now) {
    json out;
    out["event"] = nullptr;  // put_words() fills it; the order is that of the page
    out["subject"] = found.subject;
    out["state"] = found.state;
    out["previous_state"] = previous_state;
    out["since"] = to_iso8601(now);
    out["time"] = to_iso8601(now);
    out["again"] = false;
    out["host"] = host;
    put_words(out, found.event);
    return print_message(out);
}

std::string reworded(std::string_view message, const Finding& found) {
    json out = json::parse(message, nullptr, false);
    if (!out.is_object()) return std::string(message);
    put_words(out, found.event);
    return print_message(out);
}

std::string repeated(std::string_view message, SysTime now) {
    json out = json::parse(message, nullptr, false);
    if (!out.is_object()) return std::string(message);
    out["again"] = true;
    out["time"] = to_iso8601(now);
    return print_message(out);
}

std::string test_message(std::string_view host, SysTime now) {
    json out;
    out["event"] = "test";
    out["subject"] = "daemon";
    out["state"] = "test";
    out["previous_state"] = "ok";
    out["since"] = out["time"] = to_iso8601(now);
    out["again"] = false;
    out["host"] = host;
    out["level"] = "notice";
    out["message"] = "a test of the notifications, sent by audiencectl doctor --hooks";
    out["fields"] = json::object();
    return print_message(out);
}

Message message_to_send(std::int64_t id, std::string_view body, SysTime now) {
    json parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object()) parsed = json::object();  // a heartbeat has none
    json numbered;
    numbered["id"] = id;
    for (const auto& [key, value] : parsed.items()) numbered[key] = value;
    Message out;
    out.id = id;
    out.subject = text_of(parsed, "subject");
    out.state = text_of(parsed, "state");
    out.body = print_message(numbered);
    out.title = title_of(out.subject, out.state);
    out.text = text_of(parsed, "message");
    out.host = text_of(parsed, "host");
    if (parsed.value("again", false)) out.title += " (since " + text_of(parsed, "since") + ")";
    out.at = now;
    return out;
}

}  // namespace audienced::notify
