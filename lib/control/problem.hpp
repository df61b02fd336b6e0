// An error on the wire: application/problem+json (RFC 9457) with a stable `type` per Errc, and the exit code
// it becomes.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::control {

/// The words of `audiencectl`'s exit codes.
enum ExitCode {
    exit_done = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_unreachable = 3,
    exit_not_permitted = 4,
    exit_not_found = 5,
    exit_refused = 6,
    exit_skipped_or_held = 7,
};

unsigned http_status(Errc) noexcept;
int exit_code(Errc) noexcept;

/// {"type": "urn:audienced:error:not_found", "title", "status", "detail": message, "hint", "retry_at"}.
std::string print_problem(const Error&);
/// The Error again. What is no problem document becomes bad_answer, named by its HTTP status.
Error parse_problem(std::string_view body, unsigned status);

}  // namespace audienced::control
