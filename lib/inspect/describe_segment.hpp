// What a segment holds, for people who write a mapping: columns, a guess, and how many rows.
#pragma once

#include <stop_token>

#include "aio/awaitable.hpp"
#include "model/source.hpp"
#include "plan/guess_mapping.hpp"
#include "plan/row_faults.hpp"

namespace audienced::run {
struct Environment;
struct OpenedSource;
}  // namespace audienced::run

namespace audienced::source {
class Source;
}

namespace audienced::inspect {

struct SegmentSummary {
    std::vector<std::string> columns;
    std::optional<std::uint64_t>
        rows;  // rejects included; none: unknown, since counting took too long or could not be done
    std::string why_unknown;  // a sentence, where there is more to say than that
    plan::MappingGuess guess;
    plan::RowFaults unreadable;
};

/// The first values are looked at here and go nowhere. Counting reads the segment as a run would, and is
/// given up after a few seconds; so is the search for rows that cannot be read, with every column that can be
/// mapped. What cannot be read or counted leaves the columns standing. Suspends; tells
/// the source to stop when the caller is cancelled. `opened` must outlive it. Errors: those of describe();
/// timeout after a minute; cancelled.
awaitable<result<SegmentSummary>> describe_segment(run::Environment& env, const run::OpenedSource& opened);

/// Blocks: a guess from the first rows, or from the names alone where they cannot be read. `unreadable`:
/// those among the first rows.
plan::MappingGuess guess_from(source::Source&, const model::Segment&, const std::vector<std::string>& columns,
                              std::stop_token, plan::RowFaults* unreadable = nullptr);

}  // namespace audienced::inspect
