#include "log/attention.hpp"

#include <nlohmann/json.hpp>

#include "log/mask.hpp"

namespace audienced::log {

std::optional<std::string> AttentionStates::change(const Attention& now) {
    const auto found = states_.find(now.key);
    std::string before = found == states_.end() ? "ok" : found->second;
    if (before == now.state) return std::nullopt;
    if (now.state == "ok")
        states_.erase(found);
    else
        states_[now.key] = now.state;
    return before;
}

std::string hook_message(const Event& event, std::string_view previous_state, std::string_view time) {
    nlohmann::ordered_json out;
    out["event"] = info(event.kind).name;
    out["key"] = event.attention ? event.attention->key : "";
    out["state"] = event.attention ? event.attention->state : "";
    out["previous_state"] = previous_state;
    out["time"] = time;
    out["level"] = to_string(info(event.kind).level);
    out["message"] = mask_addresses(event.message);
    auto& fields = out["fields"] = nlohmann::ordered_json::object();
    for (const Field& field : event.fields) fields[field.name] = mask_addresses(field.value);
    return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace audienced::log
