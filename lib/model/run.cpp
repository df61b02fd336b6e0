#include "model/run.hpp"

namespace audienced::model {

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
