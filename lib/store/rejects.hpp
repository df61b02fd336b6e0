// Members and values that a run did not deliver, for its record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/counted_in.hpp"
#include "model/reject_class.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// Invalid rows have no member.
struct Reject {
    std::int64_t run = 0;
    std::string segment;
    std::uint64_t row = 0;  // 0: not known any more (found while delivering after a restart)
    std::optional<MemberHash> member;
    std::string field;  // the provider's name of the field whose value was left out or refused; may be empty
    std::string code, detail;
    model::RejectClass reject_class = model::RejectClass::none;
    std::optional<SysTime> next_try;
    int attempts = 0;  // how often it was sent with these values; 0: never
    model::CountedIn counted_in = model::CountedIn::rejected;
    std::int64_t id = 0;  // of one that is listed
};

/// It failed so often for what may pass that the schedule sends it no more: `runs retry` does.
inline bool is_quarantined(const Reject& r) noexcept {
    return r.reject_class == model::RejectClass::retry_later && !r.next_try;
}

/// Of one kind are those with the same count, code, field and class.
struct RejectKind {
    model::CountedIn counted_in = model::CountedIn::rejected;
    std::string code, field;
    model::RejectClass reject_class = model::RejectClass::none;
    std::string detail;  // of the first
    bool same_detail = true;
    std::uint64_t count = 0, kept = 0;
};

/// A run keeps so many rejects of one kind; of the rest, the number.
constexpr std::uint64_t rejects_kept = 10'000;

/// A plan writes drafts, so that what the run says is complete whenever the plan is lost: they are listed
/// once promote_rejects() was called.
enum class RejectState { draft, valid };

/// Counts it, and keeps it as long as there is room.
result<void> add_reject(Database&, const Reject&, RejectState state = RejectState::valid);
/// So many more of its kind; what else it says is of no interest.
result<void> count_rejects(Database&, const Reject&, std::uint64_t count, RejectState state);
/// The drafts take the place of what the run said so far.
result<void> promote_rejects(Database&, std::int64_t run);
result<void> remove_drafts(Database&, std::int64_t run);
/// Most first.
result<std::vector<RejectKind>> list_reject_kinds(Database&, std::int64_t run);
/// Did the run of its export that completed before this one have all of its rejects too? By kind and number,
/// and by member as far as all of them are kept.
result<bool> are_rejects_known(Database&, std::int64_t run);
/// Members that are in quarantine in this run and were not in the run of its export that completed before it;
/// as far as their rejects are kept.
result<std::uint64_t> newly_quarantined(Database&, std::int64_t run);
/// In the order in which they came, after the one with this id.
result<std::vector<Reject>> list_rejects(Database&, std::int64_t run, std::size_t limit,
                                         std::int64_t after = 0);
/// Of this member, in the newest `runs` runs of the export, newest first.
result<std::vector<Reject>> rejects_of_member(Database&, std::string_view export_name, const MemberHash&,
                                              std::size_t runs);
/// The newest two runs of an export that have rejects keep them, and so do older ones while all of them
/// together have no more than `most`. Removes at most `slice`; true: call again.
result<bool> trim_rejects(Database&, std::string_view export_name, std::uint64_t most, std::size_t slice);

}  // namespace audienced::store
