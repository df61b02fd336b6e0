// Lists and maps of strings in a TEXT column.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::store {

std::string print_list(const std::vector<std::string>&);
std::string print_map(const std::map<std::string, std::string>&);
/// What is not such a list or map reads as empty.
std::vector<std::string> parse_list(std::string_view);
std::map<std::string, std::string> parse_map(std::string_view);

}  // namespace audienced::store
