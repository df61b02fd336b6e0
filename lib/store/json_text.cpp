#include "store/json_text.hpp"

#include <nlohmann/json.hpp>

namespace audienced::store {
namespace {

using nlohmann::json;

// A path or a title may hold any bytes; what is not UTF-8 is replaced, not thrown.
std::string print(const json& j) {
    return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string print_list(const std::vector<std::string>& list) {
    return print(json(list));
}
std::string print_map(const std::map<std::string, std::string>& map) {
    return print(json(map));
}

std::vector<std::string> parse_list(std::string_view text) {
    std::vector<std::string> list;
    const json j = json::parse(text, nullptr, false);
    if (j.is_array())
        for (const json& item : j)
            if (item.is_string()) list.push_back(item.get<std::string>());
    return list;
}

std::map<std::string, std::string> parse_map(std::string_view text) {
    std::map<std::string, std::string> map;
    const json j = json::parse(text, nullptr, false);
    if (j.is_object())
        for (const auto& [key, value] : j.items())
            if (value.is_string()) map.emplace(key, value.get<std::string>());
    return map;
}

}  // namespace audienced::store
