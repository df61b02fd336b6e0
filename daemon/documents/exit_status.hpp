// What the exit codes of both programs mean, in the words of docs/COMMANDS.md and docs/OPERATIONS.md (a test
// compares them).
#pragma once

#include <string>
#include <vector>

namespace audienced::documents {

struct ExitStatus {
    int code;
    std::string meaning;
};

const std::vector<ExitStatus>& exit_status_of_ctl();
const std::vector<ExitStatus>& exit_status_of_daemon();

}  // namespace audienced::documents
