// Whom not to touch, and who was refused.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// `place` is account/destination; "" for addresses that were forgotten: nobody may touch them anywhere.
struct Suppression {
    std::string place;
    MemberHash member;
    std::string reason;  // unsubscribed, cleaned, pending, archived, deleted, on_hold, left_list, forgotten,
                         // compliance
    SysTime since;       // when we last heard of it: putting it again moves this
};
result<void> put_suppression(Database&, const Suppression&);
/// Lifts what the provider said earlier; never `forgotten`. true: there was one.
result<bool> lift_suppression(Database&, std::string_view place, const MemberHash&);
result<std::optional<Suppression>> find_suppression(Database&, std::string_view place,
                                                    const MemberHash&);  // place or ""
/// Of the place and of "": sorted by hash.
result<std::vector<MemberHash>> suppressed_members(Database&, std::string_view place);
/// The first of them, at most so many.
result<std::vector<MemberHash>> some_suppressed(Database&, std::string_view place, std::uint64_t most);
/// After a full pull: those of the place whose `since` is older and which were not seen again are lifted.
/// Only reasons that a pull would show (unsubscribed, cleaned, pending, archived, on_hold); that it is silent
/// about a deleted contact or one that left the list says nothing.
result<std::uint64_t> lift_older_than(Database&, std::string_view place, SysTime pull_began);

struct PullState {
    std::optional<SysTime> since, came_back_since, full_at;
};
result<PullState> get_pull_state(Database&, std::string_view place);
result<void> put_pull_state(Database&, std::string_view place, const PullState&);

/// A reject as the run's record shows it. Invalid rows have no member.
struct Reject {
    std::int64_t run = 0;
    std::string segment;
    std::uint64_t row = 0;  // 0: not known any more (found while delivering after a restart)
    std::optional<MemberHash> member;
    std::string code, reject_class, detail;
    std::optional<SysTime> next_try;
};
result<void> add_reject(Database&, const Reject&);
/// Before a run is planned anew.
result<void> remove_rejects(Database&, std::int64_t run);
result<std::vector<Reject>> list_rejects(Database&, std::int64_t run, std::size_t limit);

/// A reject that the plan remembers: not sent again with the same values before next_try (none: until they
/// change).
struct DeferredReject {
    MemberHash member;
    std::uint64_t values = 0;
    std::string code, reject_class;
    int attempts = 0;
    std::optional<SysTime> next_try;
};
result<std::vector<DeferredReject>> list_deferred(Database&, std::int64_t export_id);  // sorted by hash
result<bool> has_deferred(Database&, std::int64_t export_id);
result<void> put_deferred(Database&, std::int64_t export_id, const DeferredReject&);
result<void> remove_deferred(Database&, std::int64_t export_id, const MemberHash&);

}  // namespace audienced::store
