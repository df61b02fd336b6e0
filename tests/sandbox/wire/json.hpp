// The sandbox's own small reading and writing of JSON. Only .cpp files include this.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace audienced::sandbox {

using json = nlohmann::json;

/// nullopt when the text is not JSON. (In one translation unit: each instance of the parser costs seconds to
/// compile.)
std::optional<json> parse_json(std::string_view text);
/// Compact; invalid UTF-8 is replaced.
std::string print_json(const json&);
/// Appends `text` as a JSON string.
void append_quoted(std::string& out, std::string_view text);
std::string quoted(std::string_view text);

/// object[name] when it is there with that type, else `otherwise`.
std::string text_of(const json& object, const char* name, std::string otherwise = {});
bool flag_of(const json& object, const char* name, bool otherwise = false);
double number_of(const json& object, const char* name, double otherwise = 0);
/// object[name] when it is an array (of strings), else empty.
std::vector<std::string> texts_of(const json& object, const char* name);

}  // namespace audienced::sandbox
