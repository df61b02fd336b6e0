#include "control/fields.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"

namespace audienced::control {
using nlohmann::json;

struct Fields::State {
    json object;
    std::set<std::string> seen;
    std::optional<Error> mistake;
};

Fields::Fields(const std::string& body) : state_(std::make_unique<State>()) {
    state_->object = body.empty() ? json::object() : json::parse(body, nullptr, false);
    if (!state_->object.is_object()) {
        state_->object = json::object();
        refuse("the request's body is not a JSON object");
    }
}

Fields::~Fields() = default;

void Fields::refuse(std::string message, std::string hint) {
    if (!state_->mistake) state_->mistake = make_error(Errc::usage, std::move(message), std::move(hint));
}

bool Fields::has(const char* key) const {
    const auto it = state_->object.find(key);
    return it != state_->object.end() && !it->is_null();
}

const json* Fields::find(const char* key) {
    state_->seen.insert(key);
    return has(key) ? &state_->object[key] : nullptr;
}

std::string Fields::text_or(const char* key, std::string otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    if (value->is_string()) return value->get<std::string>();
    refuse(std::string(key) + " must be text");
    return otherwise;
}

std::string Fields::text(const char* key) {
    auto value = text_or(key, {});
    if (value.empty()) refuse(std::string(key) + " is missing");
    return value;
}

std::string Fields::secret_or_none(const char* key, SecretShape shape) {
    auto value = text_or(key, {});
    if (value.empty()) return value;
    auto secret = secret_text(std::move(value), shape, key);
    if (secret) return std::move(*secret);
    refuse(secret.error().message, secret.error().hint);
    return {};
}

std::string Fields::name(const char* key) {
    auto value = text(key);
    if (!value.empty() && !is_name(value))
        refuse(
            "\"" + std::string(truncate_utf8(value, 64)) + "\" is not a name",
            "a name is made of a-z, 0-9, _ and -, begins with a letter or digit, and has at most 64 bytes");
    return value;
}

std::vector<std::string> Fields::texts_or(const char* key, std::vector<std::string> otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    std::vector<std::string> out;
    if (value->is_array())
        for (const auto& one : *value)
            if (one.is_string()) out.push_back(one.get<std::string>());
    if (!value->is_array() || out.size() != value->size())
        refuse(std::string(key) + " must be a list of texts");
    return out;
}

std::vector<std::string> Fields::names(const char* key) {
    auto out = texts_or(key, {});
    if (out.empty()) refuse(std::string(key) + " is missing");
    std::set<std::string> met;
    for (const auto& one : out) {
        if (!is_name(one))
            refuse("\"" + std::string(truncate_utf8(one, 64)) + "\" in " + key + " is not a name");
        if (!met.insert(one).second) refuse(one + " is named twice in " + key);
    }
    return out;
}

bool Fields::flag_or(const char* key, bool otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    if (value->is_boolean()) return value->get<bool>();
    refuse(std::string(key) + " must be true or false");
    return otherwise;
}

std::uint64_t Fields::number_or(const char* key, std::uint64_t otherwise, std::uint64_t least,
                                std::uint64_t most) {
    const json* value = find(key);
    if (!value) return otherwise;
    if (value->is_number_unsigned()) {
        const auto number = value->get<std::uint64_t>();
        if (number >= least && number <= most) return number;
    }
    refuse(std::string(key) + " must be a whole number from " + std::to_string(least) + " to " +
           std::to_string(most));
    return otherwise;
}

std::vector<std::pair<std::string, std::string>> Fields::pairs(const char* key) {
    std::vector<std::pair<std::string, std::string>> out;
    const json* value = find(key);
    if (!value) return out;
    if (value->is_object())
        for (const auto& [name, one] : value->items())
            if (one.is_string()) out.emplace_back(name, one.get<std::string>());
    if (!value->is_object() || out.size() != value->size())
        refuse(std::string(key) + " must be an object of texts");
    return out;
}

std::vector<std::pair<std::string, std::string>> Fields::mapping_or(
    const char* key, std::vector<std::pair<std::string, std::string>> otherwise) {
    const json* value = find(key);
    if (!value) return otherwise;
    std::vector<std::pair<std::string, std::string>> out;
    if (value->is_array())
        for (const auto& one : *value) {
            if (!one.is_object() || one.size() != 2) break;
            const auto attribute = one.find("attribute"), field = one.find("field");
            if (attribute == one.end() || field == one.end() || !attribute->is_string() ||
                !field->is_string())
                break;
            out.emplace_back(attribute->get<std::string>(), field->get<std::string>());
        }
    if (!value->is_array() || out.size() != value->size())
        refuse(std::string(key) + R"( must be a list of {"attribute": A, "field": F})");
    return out;
}

result<void> Fields::finish() {
    for (const auto& [key, value] : state_->object.items())
        if (!state_->seen.count(key))
            refuse("there is no field called " + std::string(truncate_utf8(key, 64)) + " in this request");
    if (state_->mistake) return *state_->mistake;
    return {};
}

}  // namespace audienced::control
