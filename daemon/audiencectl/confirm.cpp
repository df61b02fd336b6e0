#include "confirm.hpp"

#include <unistd.h>

#include <iostream>

#include "control/problem.hpp"

namespace audienced::ctl {

bool can_ask() {
    return ::isatty(STDIN_FILENO) == 1;
}

int confirm(const Shell& shell, const std::string& what, const std::string& question) {
    std::cerr << what << (what.empty() ? "" : " ") << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "y" || answer == "Y" || answer == "yes") return control::exit_done;
    return shell.fail(make_error(Errc::cancelled, "nothing was changed", "the answer was not yes"));
}

}  // namespace audienced::ctl
