#include "provider/oauth/freshness.hpp"

#include <algorithm>

namespace audienced::provider::oauth {

bool is_fresh(const model::Credentials& c, SysTime now) {
    if (!c.access_expires_at) return true;
    SysTime::duration margin = std::chrono::minutes(5);
    if (c.refreshed_at && *c.access_expires_at > *c.refreshed_at)
        margin = std::min(margin, (*c.access_expires_at - *c.refreshed_at) / 10);
    return now + margin < *c.access_expires_at;
}

std::optional<SysTime> dies_at(const model::Credentials& c, int idle_days) {
    if (idle_days <= 0 || !c.refreshed_at || c.refresh_token.empty()) return std::nullopt;
    return *c.refreshed_at + std::chrono::hours(24 * idle_days);
}

bool is_dying(SysTime dies_at, SysTime now) {
    return now >= dies_at - std::chrono::hours(24 * 14);
}

}  // namespace audienced::provider::oauth
