// The refresh schedule, the starts it has served, and the day's budgets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace audienced::store {

struct RefreshSchedule {
    std::string calendar, timezone;
};
result<std::optional<RefreshSchedule>> get_refresh_schedule(Database&);
result<void> set_refresh_schedule(Database&, const std::optional<RefreshSchedule>&);

/// `schedule` is "refresh" or "export:NAME". The due instant that was last served (a run was queued, or it
/// was passed over).
result<std::optional<SysTime>> last_served(Database&, std::string_view schedule);
result<void> set_last_served(Database&, std::string_view schedule, SysTime due);
result<void> forget_served(Database&, std::string_view schedule);

result<std::uint64_t> quota_spent(Database&, std::string_view share_key, std::int64_t utc_day);
result<void> set_quota_spent(Database&, std::string_view share_key, std::int64_t utc_day,
                             std::uint64_t total);
result<std::vector<std::pair<std::string, std::uint64_t>>> quotas_of_day(Database&, std::int64_t utc_day);

}  // namespace audienced::store
