// Which start is due, and when the next one is; pure.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "schedule/calendar.hpp"
#include "schedule/zone.hpp"

namespace audienced::schedule {

/// The first start after t.
SysTime next_after(const Calendar&, const Zone&, SysTime t);
/// The last start at or before t.
SysTime latest_until(const Calendar&, const Zone&, SysTime t);

/// A last_served further ahead of the clock than this is distrusted; less is an ordinary correction of the
/// clock, and trusting it keeps one start from being served twice.
inline constexpr std::chrono::hours trusted_ahead{1};

struct Due {
    /// Serve this start now: the latest one that is not served. Earlier ones that were missed are made up for
    /// by it.
    std::optional<SysTime> fire;
    /// Look again then.
    SysTime next;
    /// last_served was absent or distrusted: remember this instead (starts up to now count as served).
    std::optional<SysTime> pass_over;
};

/// Whatever the clock does, one call gives at most one start, and a start given is not given again once it is
/// remembered as last_served (unless the clock was set back by more than trusted_ahead since).
Due due(const Calendar&, const Zone&, std::optional<SysTime> last_served, SysTime now);

}  // namespace audienced::schedule
