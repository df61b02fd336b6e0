#include "schedule/zone.hpp"

#include <date/tz.h>

#include <algorithm>

#include "base/text.hpp"

namespace audienced::schedule {
namespace {

using std::chrono::seconds;

const date::time_zone& zone_of(const void* data) {
    return *static_cast<const date::time_zone*>(data);
}

/// Files of the directory that the library takes for zones.
bool is_zone_name(std::string_view name) {
    return !name.empty() && name != "localtime" && name != "Factory" &&
           name.find('.') == std::string_view::npos;
}

Error unknown(std::string_view wanted, const date::tzdb& database) {
    std::string hint =
        "give an IANA name of the form Area/City, such as Europe/Berlin or America/New_York, or UTC";
    for (const date::time_zone& zone : database.zones) {
        const std::string& name = zone.name();
        const std::size_t slash = name.rfind('/');
        const bool city =
            slash != std::string::npos && iequals(std::string_view(name).substr(slash + 1), wanted);
        if (is_zone_name(name) && (iequals(name, wanted) || city)) {
            hint = "did you mean " + name + "?";
            break;
        }
    }
    return make_error(Errc::usage, "there is no time zone '" + std::string(truncate_utf8(wanted, 80)) + "'",
                      hint);
}

}  // namespace

result<Zone> find_zone(std::string_view name) {
    const date::tzdb* database = nullptr;
    try {
        database = &date::get_tzdb();
    } catch (const std::exception&) {
        return make_error(Errc::bad_config, "the system has no time zone data", "install the package tzdata");
    }
    if (!is_zone_name(name)) return unknown(name, *database);
    try {
        const date::time_zone* zone = date::locate_zone(name);
        (void)zone->get_info(
            date::sys_seconds{});  // reads the file now, so that a broken one is an error here
        return Zone(zone);
    } catch (const std::exception&) {
        return unknown(name, *database);
    }
}

std::string host_timezone() {
    try {
        const std::string& name = date::current_zone()->name();
        if (find_zone(name)) return name;
    } catch (const std::exception&) {
    }
    return "UTC";
}

const std::string& Zone::name() const {
    return zone_of(data_).name();
}

LocalTime Zone::to_local(SysTime t) const {
    const auto whole = std::chrono::floor<seconds>(t);
    return LocalTime(whole.time_since_epoch() + zone_of(data_).get_info(whole).offset);
}

std::string Zone::abbreviation(SysTime t) const {
    return zone_of(data_).get_info(std::chrono::floor<seconds>(t)).abbrev;
}

SysTime Zone::to_utc(LocalTime t) const {
    const auto info = zone_of(data_).get_info(date::local_seconds(t.time_since_epoch()));
    // Of a gap, `first` ends where it begins, in UTC: that is the first instant after the missing time.
    if (info.result == date::local_info::nonexistent) return SysTime(info.first.end);
    return SysTime(t.time_since_epoch() - info.first.offset);
}

}  // namespace audienced::schedule
