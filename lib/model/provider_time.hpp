// Instants of the provider's clock. It may be hours off ours, so the two types neither compare nor subtract:
// a conversion takes an explicit function.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace audienced::model {

/// Cannot be read from here: the provider tells it in what it answers.
struct ProviderClock {
    using duration = SysTime::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<ProviderClock>;
    static constexpr bool is_steady = false;
};
using ProviderTime = ProviderClock::time_point;

/// Our clock in place of the provider's, where the provider told none that can be believed.
inline ProviderTime provider_time_from_our_clock(SysTime ours) {
    return ProviderTime{ours.time_since_epoch()};
}

/// "2026-03-01T10:00:00Z", as requests have it.
inline std::string to_iso8601(ProviderTime t) {
    return audienced::to_iso8601(SysTime{t.time_since_epoch()});
}
/// Seconds since 1970-01-01 UTC, and back: the form in which the database keeps instants.
inline std::int64_t to_unix(ProviderTime t) {
    return audienced::to_unix(SysTime{t.time_since_epoch()});
}
inline ProviderTime provider_time_from_unix(std::int64_t seconds) {
    return ProviderTime{std::chrono::seconds{seconds}};
}

}  // namespace audienced::model
