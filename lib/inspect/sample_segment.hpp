// The first rows of a segment, as its source gives them.
#pragma once

#include "aio/awaitable.hpp"
#include "model/source.hpp"
#include "plan/guess_mapping.hpp"
#include "plan/row_faults.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::inspect {

struct SegmentSample {
    std::vector<std::string> columns;   // without those that share a name: they cannot be mapped
    std::vector<plan::SampleRow> rows;  // in clear: what shows them masks addresses
    plan::RowFaults unreadable;
};

/// At most `limit` rows; rows that the source rejects are left out, and counted. Its source is stored, the
/// segment need not be. Suspends. Errors: not_found (its source), those of describe() and read(); timeout
/// after a minute; cancelled.
awaitable<result<SegmentSample>> sample_segment(run::Environment& env, model::Segment segment,
                                                std::size_t limit);

}  // namespace audienced::inspect
