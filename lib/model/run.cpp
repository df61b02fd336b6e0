#include "model/run.hpp"

namespace audienced::model {

bool waits_for_approval(const Run& run) noexcept {
    return run.status == RunStatus::held && !run.approved && !run.cancel_requested;
}

bool is_whole(const RunOptions& options) noexcept {
    return !options.dry_run && !options.only_member;
}

bool ended_well(const Run& run) noexcept {
    return run.status == RunStatus::succeeded || run.status == RunStatus::completed_with_rejects;
}

bool says_nothing(const Run& run) noexcept {
    return run.status == RunStatus::cancelled || (run.options.takes_back() && ended_well(run));
}

Counts counts_of_unfinished(const Run& run) noexcept {
    Counts c = run.counts;
    if (c.read == 0) {
        // The plan is not stored with its run yet: what needed no call is known all the same.
        c = run.planned;
        c.added = run.counts.added;
        c.updated = run.counts.updated;
        c.removed = run.counts.removed;
    }
    c.not_sent = c.read > c.decided() ? c.read - c.decided() : 0;
    return c;
}

}  // namespace audienced::model
