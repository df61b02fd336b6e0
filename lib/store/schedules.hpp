// The refresh schedule, the starts it has served, the day's budgets, and the audit.
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

struct AuditRow {
    std::int64_t seq = 0;
    SysTime at;
    std::int64_t uid = -1;
    std::string user, action, object, before, after;  // before and after: JSON without secrets
};
result<void> add_audit(Database&, const AuditRow&);
result<std::vector<AuditRow>> list_audit(Database&, std::size_t limit);
/// The newest row of this action on this object.
result<std::optional<AuditRow>> last_audit(Database&, std::string_view action, std::string_view object);

}  // namespace audienced::store
