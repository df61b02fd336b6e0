// What was asked of the provider, and what became of it: one row for each settled batch. Holds of an export
// that came or went without a call are told with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/batch.hpp"
#include "model/ids.hpp"
#include "store/database.hpp"

namespace audienced::store {

struct ActMember {
    enum class Asked : std::uint8_t { upsert, join, leave };
    MemberHash member;
    Asked asked = Asked::upsert;
    model::Outcome::Kind outcome = model::Outcome::Kind::delivered;
    /// A membership that was not there before, or is not there any more. With an unknown outcome: it may be.
    bool changed = false;
    /// The membership was there and stays; the export began or ceased to hold it (model::Standing::holders).
    /// With an unknown outcome: it may have. Never together with `changed`.
    bool hold = false;
    bool called = true;  // false: a hold came or went without a call

    /// The export has the member since, or not any more, by what was done: what an undo reverses.
    bool has_effect() const noexcept { return changed || hold; }
};
struct Act {
    std::int64_t id = 0;  // in the order in which they were settled
    std::int64_t run = 0;
    model::DestinationId destination;
    model::ExportId export_id;
    model::BatchKind kind = model::BatchKind::upsert;
    model::GroupNo group;  // membership only
    std::string ticket;    // of the provider's job, if it was one
    SysTime at;
    std::vector<ActMember> members;
};
result<void> add_act(Database&, const Act&);
/// Of the newest `most` acts of the destination those that were jobs.
result<std::vector<std::string>> recent_tickets(Database&, model::DestinationId, std::size_t most);
/// What one act says of one member.
struct ActOnMember {
    std::int64_t run = 0;
    model::ExportId export_id;
    model::GroupNo group;  // membership only
    SysTime at;
    ActMember what;
};
/// Newest first: looks at `limit` acts of the destination that are older than `before` (0: the newest). Gives
/// the last one that was looked at, 0 when there are no more.
result<std::int64_t> find_acts_on(Database&, model::DestinationId, const MemberHash&, std::int64_t before,
                                  std::size_t limit, const std::function<void(const ActOnMember&)>& each);
/// The newest act of the destination; 0: none. A later one means that something was sent meanwhile.
result<std::int64_t> last_act(Database&, model::DestinationId);
/// The runs of acts that are newer than this one.
result<std::vector<std::int64_t>> runs_acting(Database&, model::DestinationId, std::int64_t after);
/// Oldest first.
result<std::vector<Act>> list_acts(Database&, std::int64_t run);

/// Acts that changed a membership or a hold on one, of one run or of all runs of a destination: oldest first,
/// at most `limit` after the one with the id `after`. Gives how many there were.
result<std::size_t> scan_changes(Database&, std::int64_t run, std::int64_t after, std::size_t limit,
                                 const std::function<void(const Act&)>& each);
result<std::size_t> scan_changes(Database&, model::DestinationId, std::int64_t after, std::size_t limit,
                                 const std::function<void(const Act&)>& each);

}  // namespace audienced::store
