// Contacts that must not be touched, and members that were refused.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/ids.hpp"
#include "model/opt_out_reason.hpp"
#include "model/provider_time.hpp"
#include "model/reject_class.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// With the empty key the address was forgotten: no call may touch it anywhere.
struct Suppression {
    model::DestinationKey destination_key;
    MemberHash member;
    model::OptOutReason reason = model::OptOutReason::unspecified;
    SysTime since;  // when the reason was last reported: putting it again moves this
};
result<void> put_suppression(Database&, const Suppression&);
/// Lifts what the provider said earlier; never `forgotten`. true: there was one.
result<bool> lift_suppression(Database&, const model::DestinationKey& destination_key, const MemberHash&);
result<std::optional<Suppression>> find_suppression(Database&, const model::DestinationKey& destination_key,
                                                    const MemberHash&);  // of the key or of ""
/// Of the key and of "": sorted by hash.
result<std::vector<MemberHash>> suppressed_members(Database&, const model::DestinationKey& destination_key);
/// The first of them, at most so many.
result<std::vector<MemberHash>> some_suppressed(Database&, const model::DestinationKey& destination_key,
                                                std::uint64_t most);
/// After a full pull: lifts those of the key with an older `since` that were not seen again. Only
/// reasons that a full pull shows; that it is silent about a deleted contact or one that left the list says
/// nothing.
result<std::uint64_t> lift_older_than(Database&, const model::DestinationKey& destination_key,
                                      SysTime pull_began);

struct PullState {
    std::optional<model::ProviderTime> since, came_back_since;
    std::optional<SysTime> full_at;
};
result<PullState> get_pull_state(Database&, const model::DestinationKey& destination_key);
result<void> put_pull_state(Database&, const model::DestinationKey& destination_key, const PullState&);

/// A reject as the run's record shows it. Invalid rows have no member.
struct Reject {
    std::int64_t run = 0;
    std::string segment;
    std::uint64_t row = 0;  // 0: not known any more (found while delivering after a restart)
    std::optional<MemberHash> member;
    std::string code, detail;
    model::RejectClass reject_class = model::RejectClass::none;
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
    std::string code;
    model::RejectClass reject_class = model::RejectClass::none;
    int attempts = 0;
    std::optional<SysTime> next_try;
};
result<std::vector<DeferredReject>> list_deferred(Database&, model::ExportId export_id);  // sorted by hash
result<bool> has_deferred(Database&, model::ExportId export_id);
result<void> put_deferred(Database&, model::ExportId export_id, const DeferredReject&);
result<void> remove_deferred(Database&, model::ExportId export_id, const MemberHash&);

}  // namespace audienced::store
