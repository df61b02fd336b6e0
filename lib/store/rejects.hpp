// Members that were refused: for the run's record, and for what the next plan leaves alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/ids.hpp"
#include "model/reject_class.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// A reject as the run's record shows it. Invalid rows have no member.
struct Reject {
    std::int64_t run = 0;
    std::string segment;
    std::uint64_t row = 0;  // 0: not known any more (found while delivering after a restart)
    std::optional<MemberHash> member;
    std::string field;  // the provider's name of the field whose value was left out or refused; may be empty
    std::string code, detail;
    model::RejectClass reject_class = model::RejectClass::none;
    std::optional<SysTime> next_try;
};
result<void> add_reject(Database&, const Reject&);
/// Before a run is planned anew.
result<void> remove_rejects(Database&, std::int64_t run);
result<std::vector<Reject>> list_rejects(Database&, std::int64_t run, std::size_t limit);

/// A reject that the plan remembers. Without `field` the member is not sent again with the same values before
/// next_try (none: until they change). With it the member was delivered without this value.
struct DeferredReject {
    MemberHash member;
    std::uint64_t values = 0;
    std::string field;
    std::string code, detail;
    model::RejectClass reject_class = model::RejectClass::none;
    int attempts = 0;
    std::optional<SysTime> next_try;
};
result<std::vector<DeferredReject>> list_deferred(Database&, model::ExportId export_id);  // sorted by hash
result<bool> has_deferred(Database&, model::ExportId export_id);
/// Inserts or replaces. Nothing if the export is gone: a call can outlive it.
result<void> put_deferred(Database&, model::ExportId export_id, const DeferredReject&);
/// All of the member.
result<void> remove_deferred(Database&, model::ExportId export_id, const MemberHash&);

}  // namespace audienced::store
