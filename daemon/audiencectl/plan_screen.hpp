// What a plan would do, in words and figures by which a person can judge it. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sheet.hpp"

namespace audienced::ctl {

/// Of a run: how many it would remove, of how many; add, update.
void add_plan_figures(Sheet&, const nlohmann::json& run);
/// Of a run or a preview: who joins and leaves each segment's tag, what each held at the last run, and
/// some of the members that leave. Nothing where nothing was planned.
void add_plan_parts(Sheet&, const nlohmann::json& plan);
/// What a finished run did in each segment and tag; nothing where no member joined or left.
void add_done_parts(Sheet&, const nlohmann::json& run);
/// Of a run that waits for a person: until when.
std::string what_ends_it(const nlohmann::json& run);

}  // namespace audienced::ctl
