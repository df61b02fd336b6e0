// What doctor is told of this daemon.
#pragma once

#include <string>

#include "config/config.hpp"
#include "inspect/doctor/examine.hpp"
#include "schedule/scheduler.hpp"

namespace audienced::daemon {

/// Of the configuration as it is now: set again after a reload. `scheduler` outlives the setup.
inspect::doctor::Setup doctor_setup(const config::Config& config, const std::string& file,
                                    const schedule::Scheduler& scheduler, SysTime started_at);

}  // namespace audienced::daemon
