// Follows a run to its end, or until it is held: a bar on a terminal, plain lines elsewhere, JSON lines with
// --json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shell.hpp"

namespace audienced::ctl {

/// Gives the run's outcome as an exit code: 0 succeeded or completed with rejects, 1 failed or cancelled, 7
/// skipped or held. A daemon that restarts in between is waited for, some seconds.
int follow_run(const Shell&, std::int64_t run);
/// As follow_run(), and says only what it waits for, on standard error; the run as it is at its end is left
/// in `ended`, unless it could not be followed, which is said.
int await_run(const Shell&, std::int64_t run, nlohmann::json& ended);
/// One after the other, and the worst outcome of all: failed before skipped or held before done.
int follow_runs(const Shell&, const std::vector<std::int64_t>& runs);
/// Posts `body`, whose answer names runs; renders that answer, or follows the runs. `note` says on standard
/// error what else the answer tells people, in either case.
int start_and_follow(const Shell&, const std::string& target, const nlohmann::json& body, bool follow,
                     const Shell::Render& render, const Shell::Render& note = {});

}  // namespace audienced::ctl
