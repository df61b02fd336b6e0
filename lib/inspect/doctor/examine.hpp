// audiencectl doctor, the daemon's part: gathers facts about this machine and this daemon, and judges them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inspect/doctor/judge.hpp"
#include "run/environment.hpp"

namespace audienced::inspect::doctor {

/// What only the composition knows.
struct Setup {
    std::string state_dir;
    std::string config_file;
    std::string proxy;  // HOST:PORT; empty: none
    /// CA files of the configuration, with the setting that names each.
    std::vector<std::pair<std::string, std::string>> ca_files;
    /// Compares the configuration with the machine; blocks.
    std::function<std::vector<ConfigurationFacts::Finding>()> look_at_configuration;
    std::function<std::vector<ScheduleFacts::Line>()> schedules;  // io thread
    SysTime started_at;
};

/// Changes nothing. Blocking work is done on reader threads and through a database handle of its own. Sources
/// and hosts are asked at the same time, each for ten seconds at most. `full`: reads all of the database.
/// Errors: cancelled, store_*.
awaitable<result<Findings>> examine(run::Environment& env, Setup setup, bool full);

}  // namespace audienced::inspect::doctor
