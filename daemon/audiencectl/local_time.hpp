// Instants as people read them: the daemon's answers have them in UTC.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace audienced::ctl {

struct LocalTime {
    std::string text;  // "2026-12-01 03:00", with seconds where asked for
    std::string zone;  // "CET"
};

/// Of "2026-12-01T02:00:00Z"; none: it is no such text.
std::optional<SysTime> parse_utc(const std::string& text);
/// In this IANA zone; where that is empty or not known here, in the zone of the person (TZ, else that of the
/// machine).
LocalTime local_time(SysTime, const std::string& zone, bool seconds = false);

/// The instant of an answer's field, in the zone that its field `zone` names; none: it has none.
std::optional<LocalTime> time_of(const nlohmann::json& object, const char* key, bool seconds = false);
/// "2026-12-01 03:00 CET", or "-".
std::string when(const nlohmann::json& object, const char* key, bool seconds = false);
/// A sentence of the daemon, whose instants are in UTC, with those in local time: of the object's `zone`.
std::string with_local_times(std::string text, const nlohmann::json& zone);
/// From one instant to another, in words; empty where one of them is missing.
std::string time_between(const nlohmann::json& object, const char* from, const char* to);

}  // namespace audienced::ctl
