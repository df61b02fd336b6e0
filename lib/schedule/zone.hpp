// IANA time zones. One policy for the two odd hours of a year: a local time that does not exist means the
// first instant after the gap, one that exists twice means its first occurrence.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace audienced::schedule {

using LocalTime = std::chrono::local_seconds;

/// Cheap to copy; refers to the process's zone data, which is read once and lives to its end.
class Zone {
public:
    LocalTime to_local(SysTime) const;
    SysTime to_utc(LocalTime) const;
    const std::string& name() const;
    /// What clocks there are called at that instant: "CET", "CEST".
    std::string abbreviation(SysTime) const;

private:
    friend result<Zone> find_zone(std::string_view);
    explicit Zone(const void* data) : data_(data) {}
    const void* data_;
};

/// Errc::usage for a name that the system's tzdata does not have; Errc::bad_config if there is no tzdata.
/// Reads /usr/share/zoneinfo: some milliseconds for the first zone, one small file for each further one.
result<Zone> find_zone(std::string_view name);

/// The zone that /etc/localtime leads to, or UTC where that says nothing.
std::string host_timezone();

}  // namespace audienced::schedule
