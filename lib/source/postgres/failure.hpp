#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

struct pg_result;

namespace audienced::source::postgres {

/// What a server said when it refused a statement.
struct Refusal {
    std::string state;  // SQLSTATE; empty if it said none
    std::string said, hint;
};
Refusal refusal_of(const pg_result* failed);

/// A failed statement in our words. The server's own words are given only where they speak of SQL, names or
/// rights; those of the other classes may quote a value of a row.
Error error_of(const Refusal& refusal, std::string_view sql = {});
/// A message of libpq on one line.
std::string one_line(const char* message);
/// Why no connection came about, from libpq's verbose message, the only place where it says the server's
/// SQLSTATE. Errors: auth (who we are, or what we may, was refused: a person must act), not_found (no such
/// database), bad_config (a proxy takes no such setting), not_ready (all else: unreachable, starting, full).
Error connect_error(std::string_view message, bool password_missing);

}  // namespace audienced::source::postgres
