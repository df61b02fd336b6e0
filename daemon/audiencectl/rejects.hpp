// audiencectl runs rejects
#pragma once

#include <cstdint>

#include "shell.hpp"

namespace audienced::ctl {

struct RejectOptions {
    bool csv = false;
    std::uint64_t limit = std::uint64_t{1} << 40;
};

/// Asks for one page after the other. CSV and JSON are printed as they come.
int show_rejects(const Shell& shell, std::int64_t run, const RejectOptions& options);

}  // namespace audienced::ctl
