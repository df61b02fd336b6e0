#include "run/ending.hpp"

#include <algorithm>

#include "base/grouped.hpp"
#include "run/try_again.hpp"

namespace audienced::run {

using Status = model::RunStatus;

namespace {

/// An undo delivers no profile.
std::string not_put_back(std::uint64_t members) {
    return grouped(members) + (members == 1 ? " member was not put back" : " members were not put back");
}

}  // namespace

Ending ending(Status status, std::string reason) {
    Ending e;
    e.status = status;
    e.reason = std::move(reason);
    return e;
}

Ending ending_of(StopReason stopped, const Error& error) {
    if (stopped == StopReason::cancelled)
        return ending(Status::cancelled, "cancelled; what was delivered stays delivered");
    if (error.code == Errc::plan_expired) return ending(Status::cancelled, error.text());
    if (error.code == Errc::not_ready || error.code == Errc::source_changed) {
        Ending skipped = ending(Status::skipped, error.text());
        skipped.quotes = error.quotes;
        return skipped;
    }
    Ending e = ending(Status::failed, error.message);
    e.quotes =
        error.code == Errc::auth && error.quotes == Quotes::nothing ? Quotes::connection : error.quotes;
    e.error = error.text();
    e.passes = passes_by_itself(error);
    return e;
}

Ending ending_of_dry_run(const plan::GuardVerdict& verdict) {
    using Kind = plan::GuardVerdict::Kind;
    if (verdict.kind == Kind::skip)
        return ending(Status::skipped, "a dry run: a run would be skipped: " + verdict.reason);
    std::string reason = "a dry run: planned, nothing was sent";
    if (verdict.kind == Kind::hold) reason += "; a run would be held: " + verdict.reason;
    return ending(Status::succeeded, std::move(reason));
}

/// Failed removals are in no per-profile count: derive them from planned.removed - counts.removed.
Ending ending_of(const model::Run& run) {
    const std::uint64_t undelivered = run.counts.rejected + run.counts.invalid;
    const std::uint64_t stayed = run.planned.removed - std::min(run.planned.removed, run.counts.removed);
    const std::uint64_t put_off = run.planned.removals_put_off;
    const std::uint64_t dropped = run.counts.values_dropped;
    if (undelivered + stayed + put_off + dropped == 0) return ending(Status::succeeded, {});
    std::string reason;
    if (undelivered > 0)
        reason = run.options.undo_of != 0 ? not_put_back(undelivered)
                                          : grouped(undelivered) + " profiles were not delivered";
    if (stayed > 0) reason += (reason.empty() ? "" : ", ") + grouped(stayed) + " members were not removed";
    if (dropped > 0) reason += (reason.empty() ? "" : ", ") + grouped(dropped) + " values were left out";
    if (put_off > 0)
        reason += (reason.empty() ? "" : ", ") + grouped(put_off) +
                  " removals are put off, since rows cannot be read";
    return ending(Status::completed_with_rejects,
                  reason + "; `audiencectl runs rejects " + std::to_string(run.id) + "` names them");
}

}  // namespace audienced::run
