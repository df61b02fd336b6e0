// audienced --check-config; and the same look at the machine at a start and a reload.
#pragma once

#include <string>
#include <vector>

#include "config/findings.hpp"

namespace audienced::daemon {

/// What config::findings() asks, asked of this machine. Blocks: files and the user database.
const config::Machine& this_machine();

/// Prints all that is wrong with `file` and with what it names, a line each: faults on standard error, notes
/// and the verdict on standard output. `mistakes` are those of parse_config(). Gives the exit status, 0
/// or 78.
int check_config(const std::string& file, const result<config::Config>& config,
                 const std::vector<Error>& mistakes);

/// The faults alone, as sentences for the log. Blocks.
std::vector<std::string> faults_of(const config::Config&);

}  // namespace audienced::daemon
