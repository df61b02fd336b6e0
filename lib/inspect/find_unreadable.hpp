// Which rows of a segment a run could not read, and why the first of them.
#pragma once

#include <string>
#include <vector>

#include "aio/awaitable.hpp"
#include "model/source.hpp"
#include "plan/row_faults.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::source {
class Source;
}

namespace audienced::inspect {

/// Reads the segment as a run with these columns would, for some seconds at most: what was seen until then is
/// told as incomplete. A segment that cannot be read at all has nothing to tell here; describe() says why.
/// `source` must outlive it. Suspends.
awaitable<plan::RowFaults> find_unreadable(run::Environment& env, source::Source& source,
                                           const model::Segment& segment,
                                           const std::vector<std::string>& columns);

}  // namespace audienced::inspect
