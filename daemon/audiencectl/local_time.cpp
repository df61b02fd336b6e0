#include "local_time.hpp"

#include <ctime>
#include <map>
#include <nlohmann/json.hpp>

#include "render.hpp"
#include "schedule/zone.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string printed(const std::tm& t, bool seconds) {
    char text[32];
    const auto size = std::strftime(text, sizeof text, seconds ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M", &t);
    return std::string(text, size);
}

/// Read once per process; none: this machine does not know it.
const std::optional<schedule::Zone>& known_zone(const std::string& name) {
    static std::map<std::string, std::optional<schedule::Zone>> known;
    const auto it = known.find(name);
    if (it != known.end()) return it->second;
    auto found = schedule::find_zone(name);
    return known.emplace(name, found ? std::optional(*found) : std::nullopt).first->second;
}

std::string text_at(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

std::optional<SysTime> parse_utc(const std::string& text) {
    std::tm t{};
    const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &t);
    if (!end || *end) return std::nullopt;
    return from_unix(::timegm(&t));
}

LocalTime local_time(SysTime at, const std::string& zone, bool seconds) {
    std::tm t{};
    if (!zone.empty())
        if (const auto& known = known_zone(zone)) {
            const std::time_t local = known->to_local(at).time_since_epoch().count();
            ::gmtime_r(&local, &t);
            return {printed(t, seconds), known->abbreviation(at)};
        }
    const std::time_t utc = to_unix(at);
    ::tzset();  // localtime_r need not do it
    ::localtime_r(&utc, &t);
    return {printed(t, seconds), t.tm_zone ? t.tm_zone : ""};
}

std::optional<LocalTime> time_of(const json& object, const char* key, bool seconds) {
    const auto at = parse_utc(text_at(object, key));
    if (!at) return std::nullopt;
    return local_time(*at, text_at(object, "zone"), seconds);
}

std::string when(const json& object, const char* key, bool seconds) {
    const auto local = time_of(object, key, seconds);
    return local ? local->text + " " + local->zone : "-";
}

std::string with_local_times(std::string text, const json& zone) {
    constexpr std::string_view form = "0000-00-00T00:00:00Z";
    for (std::size_t at = 0; at + form.size() <= text.size(); ++at) {
        const auto instant = parse_utc(text.substr(at, form.size()));
        if (!instant) continue;
        const LocalTime local = local_time(*instant, text_at(zone, "zone"));
        text.replace(at, form.size(), local.text + " " + local.zone);
    }
    return text;
}

std::string time_between(const json& object, const char* from, const char* to) {
    const auto begin = parse_utc(text_at(object, from)), end = parse_utc(text_at(object, to));
    if (!begin || !end) return {};
    return duration(static_cast<double>(to_unix(*end) - to_unix(*begin)));
}

}  // namespace audienced::ctl
