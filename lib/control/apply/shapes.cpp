#include "control/apply/shapes.hpp"

#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "model/option.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

Shape shape_from(const json& object, const std::vector<std::string>& leave_out) {
    Shape out;
    for (const auto& [key, value] : object.items()) out[key] = print(value);
    for (const auto& key : leave_out) out.erase(key);
    return out;
}

std::string json_text(const std::string& text) {
    return print(json(text));
}

}  // namespace

Shape shape_of(const model::Source& s) {
    Shape out;
    for (const auto& [key, value] : s.settings) {
        model::Option option{key, {}, {}};
        out[model::json_name(option)] = json_text(value);
    }
    return out;
}

Shape shape_of(const model::Segment& s) {
    return shape_from(json_of(s), {"name", "created_at"});
}

Shape shape_of(const model::Connection& c, bool base_follows) {
    Shape out = shape_from(json_of(c), {"name", "auth", "state", "state_reason", "account_id", "created_at"});
    out["consent"] = c.consent ? "true" : "false";
    if (base_follows || c.api_base.empty()) out.erase("api_base");
    return out;
}

Shape shape_of(const model::Export& e) {
    Shape out = shape_from(json_of(e), {"name", "created_at", "updated_at"});
    if (e.connection.empty()) out.erase("connection");
    if (e.timezone.empty()) out.erase("timezone");
    return out;
}

Shape shape_of(const store::RefreshSchedule& s) {
    return {{"calendar", json_text(s.calendar)}, {"timezone", json_text(s.timezone)}};
}

Shape without_defaults(const std::string& noun, const std::string& name, Shape shape) {
    for (const FileKey& key : file_keys(noun)) {
        const auto at = shape.find(key.name);
        if (at == shape.end()) continue;
        const std::string otherwise = key.as == FileKey::As::title ? json_text(name) : key.otherwise;
        if (at->second == otherwise) shape.erase(at);
    }
    return shape;
}

}  // namespace audienced::control
