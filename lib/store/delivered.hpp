// What an export delivered, by member.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "base/digest.hpp"
#include "model/counted_as.hpp"
#include "model/ids.hpp"
#include "store/database.hpp"

namespace audienced::store {

struct DeliveredRow {
    MemberHash member;
    std::uint64_t values = 0;  // keyed hash of the mapped values as sent; 0: not known
    std::int64_t last_run = 0;
    model::CountedAs last_change = model::CountedAs::added;  // by last_run: added or updated
};

/// In ascending order of member, at most `limit` after `after`, so that no caller waits long for the store's
/// thread. Gives how many there were.
result<std::size_t> scan_delivered(Database&, model::ExportId, const std::optional<MemberHash>& after,
                                   std::size_t limit, const std::function<void(const DeliveredRow&)>& each);
result<std::uint64_t> count_delivered(Database&, model::ExportId);
result<std::optional<DeliveredRow>> find_delivered(Database&, model::ExportId, const MemberHash&);
/// Inserts or replaces. Nothing if the export is gone.
result<void> put_delivered(Database&, model::ExportId, const DeliveredRow&);
/// The next plan sends the member's values again, if it was delivered.
result<void> forget_values(Database&, model::ExportId, const MemberHash&);
/// The same for every export that is bound to the destination.
result<void> forget_values(Database&, model::DestinationId, const MemberHash&);
/// What plan/put_off.hpp remembers of the export.
struct UnreadableMemory {
    std::uint64_t accepted = 0;
    int put_off = 0;
};
result<UnreadableMemory> get_unreadable(Database&, model::ExportId);
result<void> put_unreadable(Database&, model::ExportId, const UnreadableMemory&);
result<void> remove_delivered(Database&, model::ExportId, const MemberHash&);

}  // namespace audienced::store
