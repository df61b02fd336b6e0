#include "provider/json_answer.hpp"

#include <nlohmann/json.hpp>

namespace audienced::provider {

using nlohmann::json;

json parse_answer(std::string_view body) {
    return json::parse(body, nullptr, false);
}

const json& at(const json& object, const char* key) {
    static const json nothing;
    if (!object.is_object()) return nothing;
    const auto it = object.find(key);
    return it == object.end() ? nothing : *it;
}

std::string text(const json& object, const char* key) {
    const json& v = at(object, key);
    if (v.is_string()) return v.get<std::string>();
    return v.is_number_integer() ? v.dump() : std::string();
}

std::optional<std::uint64_t> number(const json& object, const char* key) {
    const json& v = at(object, key);
    if (v.is_number_unsigned()) return v.get<std::uint64_t>();
    return std::nullopt;
}

Error unreadable(std::string_view provider, std::string_view about) {
    return retryable(Errc::bad_answer, std::string(provider) + "'s answer about " + std::string(about) +
                                           " is not the JSON that it documents");
}

}  // namespace audienced::provider
