// A segment that is being added or changed: read from a request, checked against its source.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "control/fields.hpp"
#include "control/router.hpp"

namespace audienced::control {

/// The query, table, file or entity of the request replaces that of `segment`. How many of them there are:
/// the caller refuses more than one.
int read_what(Fields& fields, model::Segment& segment);
/// The title, and whether the source's kind has such segments. Errors: usage, bad_config.
result<void> check_segment(const model::Source&, const model::Segment&);
/// What the source says about it; the definition is shown even while that cannot be reached.
void put_contents(nlohmann::json& out, const result<inspect::SegmentSummary>& description);
/// Would the source read it? A query that is none, or a table that is not there, is a mistake to be told now;
/// a source that cannot be reached at this moment, or a file that is yet to come, is none.
bool is_mistake(const Error&, const model::Segment&);

}  // namespace audienced::control
