#include "config/value_checks.hpp"

#include <algorithm>
#include <charconv>

namespace audienced::config {
using std::chrono::seconds;

namespace {

bool has_control(const std::string& s) {
    return std::any_of(s.begin(), s.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

bool is_path(const std::string& s) {
    return s.size() > 1 && s.size() < 4096 && s[0] == '/' && !has_control(s);
}

bool is_socket_path(const std::string& s) {
    return is_path(s) && s.size() <= 107;
}  // sun_path

bool is_argument(const std::string& s) {
    return s.size() < 4096 && s.find('\0') == std::string::npos;
}

bool is_group(const std::string& s) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    if (s.empty() || s.size() > 32 || !plain(s[0])) return false;
    return std::all_of(s.begin(), s.end(),
                       [&](char c) { return plain(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

bool is_proxy_url(const std::string& s) {
    if (!s.starts_with("http://")) return false;
    const std::string rest = s.substr(7);
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string::npos || colon == 0 || rest.size() > 260) return false;
    unsigned port = 0;
    const auto [end, ec] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), port);
    if (ec != std::errc{} || end != rest.data() + rest.size() || port == 0 || port > 65535) return false;
    const std::string host = rest.substr(0, colon);
    const bool literal = host.front() == '[' && host.back() == ']' && host.size() > 2;
    const std::string inner = literal ? host.substr(1, host.size() - 2) : host;
    return std::all_of(inner.begin(), inner.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || (literal && c == ':');
    });
}

std::optional<seconds> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (ec != std::errc{} || count < 0 || count > 1'000'000) return std::nullopt;
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    if (unit == "s") return seconds(count);
    if (unit == "m" || unit == "min") return seconds(count * 60);
    if (unit == "h") return seconds(count * 3600);
    if (unit == "d") return seconds(count * 86'400);
    return std::nullopt;
}

std::string print_duration(seconds d) {
    const auto count = d.count();
    if (count != 0 && count % 86'400 == 0) return std::to_string(count / 86'400) + "d";
    if (count != 0 && count % 3600 == 0) return std::to_string(count / 3600) + "h";
    if (count != 0 && count % 60 == 0) return std::to_string(count / 60) + "m";
    return std::to_string(count) + "s";
}

}  // namespace audienced::config
