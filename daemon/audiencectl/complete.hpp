// Candidates for a command line that is being typed, with the names that the daemon knows.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace audienced::ctl {

/// `words` stand after "__complete". Prints what completion_scripts.hpp says; nothing where the daemon does
/// not answer at once.
int print_candidates(const CLI::App& program, const std::vector<std::string>& words);

}  // namespace audienced::ctl
