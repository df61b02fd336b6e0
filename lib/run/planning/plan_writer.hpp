// Where a plan goes while it is made: to the spool (a run), or to the screen (a preview).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.hpp"
#include "spool/record.hpp"
#include "store/rejects.hpp"

namespace audienced::run {

/// Called on the planning thread.
class PlanWriter {
public:
    virtual ~PlanWriter() = default;
    virtual result<void> upsert(const spool::Record&) = 0;
    /// kind join or leave, for group `bit`; kind forget with bit -1.
    virtual result<void> regroup(int bit, const spool::Record&) = 0;
    virtual result<void> reject(const store::Reject&) = 0;
    /// A member or value that an earlier run refused, with the number of the words of then. What `where` does
    /// not say is as it is remembered.
    virtual result<void> reject_again(const store::Reject& where, std::uint32_t words) = 0;
    /// All rejects so far are stored: the plan ends here, and the rest of it is of no interest.
    virtual result<void> finish_rejects() { return {}; }
    /// Calls `each` with every upsert so far, in order: so that their joins can follow once all rows are
    /// read.
    virtual result<void> again(const std::function<result<void>(const spool::Record&)>& each) = 0;
    /// Everything is durable when it returns.
    virtual result<void> finish() = 0;
};

}  // namespace audienced::run
