#pragma once

#include <string>

#include "base/error.hpp"

struct pg_result;

namespace audienced::source::postgres {

/// A failed statement in our words. The server's own words are given only where they speak of SQL, names or
/// rights; those of the other classes may quote a value of somebody's row.
Error error_of(const pg_result* failed);
/// A message of libpq on one line, without the word "password" being followed by anything.
std::string one_line(const char* message);

}  // namespace audienced::source::postgres
