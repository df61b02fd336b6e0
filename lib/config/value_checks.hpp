// What single values of audienced.toml may be. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace audienced::config {

bool is_path(const std::string&);  // absolute
bool is_socket_path(const std::string&);
bool is_argument(const std::string&);
/// The name of a Unix group.
bool is_group(const std::string&);
/// "http://proxy.example:3128"
bool is_proxy_url(const std::string&);

/// "30s", "5m" (or "5min"), "1h".
std::optional<std::chrono::seconds> parse_duration(std::string_view);
/// "30s"; in the largest unit that divides it.
std::string print_duration(std::chrono::seconds);

}  // namespace audienced::config
